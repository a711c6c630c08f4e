package org.apprentice.nn;

import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/**
 * The native library oneDNN: whether it works here, and how its memories are described. Objects of
 * JavaCPP free what they hold when they are garbage, so whoever uses one natively must keep it.
 */
final class OneDnn {
  private static final int AVX512_BF16 = dnnl.dnnl_cpu_isa_avx512_core_bf16;
  private static final int AMX = dnnl.dnnl_cpu_isa_avx512_core_amx;
  private static final int AVX512 = dnnl.dnnl_cpu_isa_avx512_core;
  private static final int AVX2 = dnnl.dnnl_cpu_isa_avx2;

  private OneDnn() {}

  /** Why it cannot be used here; null if it can. */
  static String problem() {
    return Library.PROBLEM;
  }

  static engine engine() {
    return Library.ENGINE;
  }

  static String describe() {
    dnnl_version_t version = dnnl.dnnl_version();
    return "onednn %d.%d.%d, %s, precision = %s"
        .formatted(
            version.major(),
            version.minor(),
            version.patch(),
            instructionSet(),
            hasBfloat16() ? "f32 or bf16" : "f32");
  }

  static boolean hasBfloat16() {
    return has(AVX512_BF16);
  }

  /** The best instructions that the library found. */
  static String instructionSet() {
    return has(AMX)
        ? "AVX-512 BF16 and AMX"
        : has(AVX512_BF16)
            ? "AVX-512 BF16"
            : has(AVX512) ? "AVX-512" : has(AVX2) ? "AVX2" : System.getProperty("os.arch");
  }

  private static boolean has(int instructions) {
    return (dnnl.dnnl_get_effective_cpu_isa() & instructions) == instructions;
  }

  static data_type type(Precision precision) {
    return precision == Precision.BF16 ? data_type.bf16 : data_type.f32;
  }

  /** A layout that the primitive may choose. */
  static memory.desc any(data_type type, long... dimensions) {
    return new memory.desc(dimensions, type, format_tag.any);
  }

  /** Row-major without gaps. */
  static memory.desc plain(data_type type, long... dimensions) {
    long[] strides = new long[dimensions.length];
    long stride = 1;
    for (int i = dimensions.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dimensions[i];
    }
    return new memory.desc(dimensions, type, strides);
  }

  static memory.desc strided(data_type type, long[] dimensions, long[] strides) {
    return new memory.desc(dimensions, type, strides);
  }

  /** Zeros. */
  static memory allocate(memory.desc description) {
    memory result = new memory(description, engine());
    Pointer.memset(result.get_data_handle(), 0, description.get_size());
    return result;
  }

  /** The same numbers, described in another way. */
  static memory view(memory.desc description, memory numbers) {
    return new memory(description, engine(), numbers.get_data_handle());
  }

  /** Numbers of a vector from an offset on. */
  static memory view(memory.desc description, FloatPointer vector, long offset) {
    return new memory(description, engine(), vector.getPointer(offset));
  }

  /** Elements of a memory without gaps. */
  static FloatPointer floats(memory numbers, long length) {
    return new FloatPointer(numbers.get_data_handle()).capacity(length);
  }

  /**
   * Refuses a primitive that would take a thousand times as long as it should.
   *
   * @throws IllegalStateException naming the layer
   */
  static <P extends primitive_desc_base> P fast(P description, Object layer) {
    if (isReference(description)) {
      throw new IllegalStateException(
          "oneDNN has no fast kernel for "
              + layer
              + " on this machine; start java with -D"
              + Convolutions.PROPERTY
              + "=nd4j");
    }
    return description;
  }

  static boolean isReference(primitive_desc_base description) {
    return description.impl_info_str().getString().startsWith("ref");
  }

  /** Loads the native library on first use; its absence is no error, there is another way. */
  private static final class Library {
    static final engine ENGINE;
    static final String PROBLEM;

    static {
      engine cpu = null;
      String problem = null;
      try {
        Loader.load(dnnl.class);
        cpu = new engine(engine.kind.cpu, 0);
        if (isReference(small(cpu))) {
          problem = "it has no fast kernels for " + System.getProperty("os.arch");
        }
      } catch (LinkageError | RuntimeException e) {
        problem = "it does not load (" + e.getMessage() + ")";
      }
      ENGINE = cpu;
      PROBLEM = problem;
    }

    private static convolution_forward.primitive_desc small(engine cpu) {
      return new convolution_forward.primitive_desc(
          new convolution_forward.desc(
              dnnl.prop_kind.forward_training,
              dnnl.algorithm.convolution_direct,
              any(data_type.f32, 8, 16, 8, 8),
              any(data_type.f32, 16, 16, 3, 3),
              any(data_type.f32, 8, 16, 6, 6),
              new long[] {1, 1},
              new long[] {0, 0},
              new long[] {0, 0}),
          cpu);
    }
  }
}
