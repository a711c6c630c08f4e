package org.apprentice.nn;

/**
 * Rational approximation of tanh, odd of degree 13 over even of degree 6 (the coefficients known
 * from Eigen's {@code ptanh}); its absolute error in float arithmetic is at most 3e-7.
 */
final class Rational {
  /** Beyond this, tanh is 1 to float precision. */
  static final float LIMIT = 7.9988117f;

  static final float P13 = -2.7607684e-16f;
  static final float P11 = 2.000188e-13f;
  static final float P9 = -8.604672e-11f;
  static final float P7 = 5.1222973e-8f;
  static final float P5 = 1.48572235e-5f;
  static final float P3 = 6.3726195e-4f;
  static final float P1 = 0.0048935246f;
  static final float Q6 = 1.1982584e-6f;
  static final float Q4 = 1.1853471e-4f;
  static final float Q2 = 0.0022684347f;
  static final float Q0 = 0.004893525f;

  private Rational() {}

  static float tanh(float value) {
    float x = Math.max(-LIMIT, Math.min(LIMIT, value));
    float s = x * x;
    float p = Math.fma(P13, s, P11);
    p = Math.fma(p, s, P9);
    p = Math.fma(p, s, P7);
    p = Math.fma(p, s, P5);
    p = Math.fma(p, s, P3);
    p = Math.fma(p, s, P1) * x;
    float q = Math.fma(Q6, s, Q4);
    q = Math.fma(q, s, Q2);
    q = Math.fma(q, s, Q0);
    return p / q;
  }
}
