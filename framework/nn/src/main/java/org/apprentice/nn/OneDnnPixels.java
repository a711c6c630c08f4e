package org.apprentice.nn;

import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;

/**
 * The bytes of images, or real numbers in their place, scaled to [0, 1], in the layout that the
 * first layer needs: type, scale and layout change in one reading, and no other copy in float32 is
 * made.
 */
final class OneDnnPixels extends OneDnnLayer {
  private static final float SCALE = 1f / 255;

  private final OneDnnTorso torso;
  private final Shape.Image image;
  private final SpaceToDepth.Places places;

  /**
   * @param places of the blocks where the first layer sees those; null where it sees the image
   * @param wanted layout of the first layer's input
   */
  OneDnnPixels(
      OneDnnTorso torso, Shape.Image image, SpaceToDepth.Places places, memory.desc wanted) {
    super(null, new OneDnnTensor(wanted));
    this.torso = torso;
    this.image = image;
    this.places = places;
  }

  /** Bytes as the image, or as blocks of it. */
  private memory.desc pixels(data_type type) {
    return places == null
        ? OneDnn.plain(type, torso.rows(), image.channels(), image.rows(), image.columns())
        : OneDnn.strided(type, places.dimensions(), places.from());
  }

  private memory arranged(memory numbers) {
    return places == null
        ? numbers
        : OneDnn.view(OneDnn.strided(torso.type(), places.dimensions(), places.to()), numbers);
  }

  OneDnnProgram fromBytes() {
    return from(new memory(pixels(data_type.u8), OneDnn.engine(), torso.pixels()));
  }

  /** From real numbers, which are scaled like bytes. */
  OneDnnProgram fromReals() {
    return from(OneDnn.view(pixels(data_type.f32), torso.realPixels().pointer(), 0));
  }

  private OneDnnProgram from(memory pixels) {
    OneDnnProgram program = new OneDnnProgram();
    program.reorder(pixels, arranged(output.values), SCALE);
    program.keep(output.values);
    return program;
  }

  @Override
  void forward(OneDnnPhase phase) {
    throw new IllegalStateException("pixels are taken in by programs of their own");
  }

  @Override
  void backward(OneDnnPhase phase) {}

  @Override
  void backwardData(OneDnnPhase phase) {
    phase.steps.reorder(
        arranged(output.gradients()),
        OneDnn.view(pixels(data_type.f32), torso.pixelGradients().pointer(), 0));
    phase.steps.keep(output.gradients());
  }

  @Override
  void tangent(OneDnnPhase phase, boolean inputMoves) {
    throw new IllegalStateException("pixels do not depend on parameters");
  }
}
