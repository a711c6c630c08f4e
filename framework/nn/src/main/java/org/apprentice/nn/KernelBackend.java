package org.apprentice.nn;

import java.util.Locale;
import org.bytedeco.javacpp.Loader;

/**
 * How networks compute. The fastest that this JVM offers is chosen once; the system property {@code
 * apprentice.kernels} ({@code vector}, {@code openblas} or {@code java}) chooses another, for tests
 * and benchmarks.
 */
public enum KernelBackend {
  /** The JDK's Vector API, present with {@code --add-modules jdk.incubator.vector}. */
  VECTOR,
  /** OpenBLAS for large products, loops for the rest. */
  OPENBLAS,
  /** Loops that the just-in-time compiler vectorises. */
  JAVA;

  /** Name of the system property that chooses a backend. */
  public static final String PROPERTY = "apprentice.kernels";

  /** The backend in use. */
  public static KernelBackend selected() {
    return Selection.BACKEND;
  }

  /** One line for a person: which backend, and why not a faster one. */
  public static String describe() {
    return Selection.BACKEND.create().toString()
        + (VECTOR.available() ? "" : "; faster with --add-modules jdk.incubator.vector");
  }

  /** Whether this JVM can use it. */
  public boolean available() {
    return switch (this) {
      case VECTOR -> ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
      case OPENBLAS -> OpenBlas.AVAILABLE;
      case JAVA -> true;
    };
  }

  /** Kernels for one thread. */
  Kernels create() {
    return switch (this) {
      case VECTOR -> vectorKernels();
      case OPENBLAS -> new BlasKernels();
      case JAVA -> new JavaKernels();
    };
  }

  /** By name: a link to the class would need the module. */
  private static Kernels vectorKernels() {
    try {
      return Class.forName("org.apprentice.nn.VectorKernels")
          .asSubclass(Kernels.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalStateException(
          "the vector kernels cannot be loaded; start java with --add-modules jdk.incubator.vector",
          e);
    }
  }

  private static KernelBackend choose(String name) {
    if (name == null) {
      return VECTOR.available() ? VECTOR : OPENBLAS.available() ? OPENBLAS : JAVA;
    }
    for (KernelBackend backend : values()) {
      if (backend.name().toLowerCase(Locale.ROOT).equals(name)) {
        return backend;
      }
    }
    throw new IllegalArgumentException(
        "system property " + PROPERTY + " must be vector, openblas or java, found '" + name + "'");
  }

  /** Chosen on first use. */
  private static final class Selection {
    static final KernelBackend BACKEND = choose(System.getProperty(PROPERTY));
  }

  /** Loads the native library on first use; its absence is no error, there is another backend. */
  private static final class OpenBlas {
    static final boolean AVAILABLE = load();

    private static boolean load() {
      try {
        Loader.load(org.bytedeco.openblas.global.openblas.class);
        return true;
      } catch (LinkageError e) {
        return false;
      }
    }
  }
}
