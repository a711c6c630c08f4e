package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeAFile() throws IOException {
    file = folder.resolve("learner.bin");
    StateFile.write(
        file,
        "learner-1",
        out -> {
          out.writeLong(42);
          StateArrays.write(out, new float[] {1.5f, Float.NaN, -0f});
        });
  }

  private void read() throws IOException {
    StateFile.read(
        file,
        "learner-1",
        in -> {
          in.readLong();
          StateArrays.read(in, new float[3]);
        });
  }

  @Test
  void everyKindOfArrayComesBackBitForBit() throws IOException {
    float[] floats = {1, Float.NaN, -0f, Float.MIN_VALUE, Float.intBitsToFloat(0x7fc00001)};
    double[] doubles = {Math.PI, -0.0, Double.NEGATIVE_INFINITY};
    boolean[] booleans = {true, false, true};
    byte[] bytes = {1, -1, 127};
    StateFile.write(
        file,
        "arrays-1",
        out -> {
          StateArrays.write(out, floats);
          StateArrays.write(out, doubles);
          StateArrays.write(out, booleans);
          StateArrays.write(out, bytes);
          StateArrays.write(out, bytes);
        });
    float[] floatsFound = new float[5];
    double[] doublesFound = new double[3];
    boolean[] booleansFound = new boolean[3];
    byte[] bytesFound = new byte[3];
    StateFile.read(
        file,
        "arrays-1",
        in -> {
          StateArrays.read(in, floatsFound);
          StateArrays.read(in, doublesFound);
          StateArrays.read(in, booleansFound);
          StateArrays.read(in, bytesFound);
          assertThat(StateArrays.readBytes(in)).containsExactly(bytes);
        });
    for (int i = 0; i < floats.length; i++) {
      assertThat(Float.floatToRawIntBits(floatsFound[i]))
          .isEqualTo(Float.floatToRawIntBits(floats[i]));
    }
    assertThat(doublesFound).containsExactly(doubles);
    assertThat(booleansFound).containsExactly(booleans);
    assertThat(bytesFound).containsExactly(bytes);
  }

  @Test
  void everyDamagedByteIsFound() throws IOException {
    read();
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      for (int change : new int[] {0x01, 0x80, 0xff}) {
        byte[] damaged = whole.clone();
        damaged[i] ^= (byte) change;
        Files.write(file, damaged);
        assertThatThrownBy(this::read)
            .as("byte %d", i)
            .isInstanceOf(IOException.class)
            .hasMessageContaining(file.toString());
      }
    }
  }

  @Test
  void everyTruncationIsFound() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(this::read)
          .as("%d bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void bytesAfterTheEndAreFound() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(this::read).hasMessageContaining(file + " is damaged");
  }

  @Test
  void damageSaysHowToMendIt() throws IOException {
    byte[] damaged = Files.readAllBytes(file);
    damaged[damaged.length - 1]++;
    Files.write(file, damaged);
    assertThatThrownBy(this::read)
        .hasMessage(
            file + " is damaged (its checksum does not fit); use another checkpoint of this run");
  }

  @Test
  void fileOfAnotherKindIsNamed() throws IOException {
    Files.writeString(file, "this is a text file and no checkpoint");
    assertThatThrownBy(this::read).hasMessage(file + " is not a checkpoint file of Apprentice");
  }

  @Test
  void otherFormatIsNamed() {
    assertThatThrownBy(() -> StateFile.read(file, "learner-2", in -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " holds learner-1, expected learner-2");
  }

  @Test
  void arrayOfAnotherLengthIsAnotherConfiguration() {
    assertThatThrownBy(
            () ->
                StateFile.read(
                    file,
                    "learner-1",
                    in -> {
                      in.readLong();
                      StateArrays.read(in, new float[5]);
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("another configuration")
        .hasMessageContaining("3 numbers where this one has 5");
  }

  @Test
  void contentLeftOverIsAnotherConfiguration() {
    assertThatThrownBy(() -> StateFile.read(file, "learner-1", in -> in.readLong()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("another configuration");
  }

  @Test
  void contentMissingIsAnotherConfiguration() {
    assertThatThrownBy(
            () ->
                StateFile.read(
                    file,
                    "learner-1",
                    in -> {
                      in.readLong();
                      StateArrays.read(in, new float[3]);
                      in.readDouble();
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("another configuration");
  }

  @Test
  void lengthThatIsNoneIsAnotherConfiguration() throws IOException {
    for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      StateFile.write(file, "learner-1", out -> out.writeInt(length));
      assertThatThrownBy(() -> StateFile.read(file, "learner-1", StateArrays::readBytes))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("another configuration");
    }
  }

  /** Environments refuse a foreign state so. */
  @Test
  void stateThatItsReaderRefusesIsNamed() {
    assertThatThrownBy(
            () ->
                StateFile.read(
                    file,
                    "learner-1",
                    in -> {
                      throw new IllegalArgumentException("the state is of 8 copies, expected 4");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("the state is of 8 copies, expected 4");
  }

  @Test
  void missingFileIsNamed() throws IOException {
    Files.delete(file);
    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessage(file + " is missing from the checkpoint");
  }
}
