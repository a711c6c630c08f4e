package org.apprentice.atari;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;

/**
 * An environment in the middle of a game. Written as a mark, the number of bytes that follow, these
 * and their CRC-32: damaged bytes must never reach native code.
 *
 * @param md5 of the ROM
 * @param running whether a step may follow, without a reset
 * @param begun whether there has been a reset
 * @param heldAction that a sticky frame repeats, in ALE's numbering
 * @param random state of the generator of sticky actions and frame skips
 * @param console ALE's state, with its generators
 * @param screen palette indices
 */
record SavedGame(
    String md5,
    boolean running,
    boolean begun,
    int heldAction,
    int lives,
    int steps,
    int frames,
    double episodeReturn,
    byte[] random,
    byte[] console,
    byte[] screen,
    byte[] ram) {
  private static final int MARK = 0x41504154;
  private static final int MOST_BYTES = 1 << 24;

  static void write(SavedGame game, DataOutput out) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(bytes);
    fields.writeUTF(game.md5);
    fields.writeBoolean(game.running);
    fields.writeBoolean(game.begun);
    fields.writeInt(game.heldAction);
    fields.writeInt(game.lives);
    fields.writeInt(game.steps);
    fields.writeInt(game.frames);
    fields.writeDouble(game.episodeReturn);
    for (byte[] part : new byte[][] {game.random, game.console, game.screen, game.ram}) {
      fields.writeInt(part.length);
      fields.write(part);
    }
    out.writeInt(MARK);
    out.writeInt(bytes.size());
    out.write(bytes.toByteArray());
    out.writeLong(checksum(bytes.toByteArray()));
  }

  /**
   * @param name of the game, for messages
   * @param md5 of its ROM
   * @param pixels of its screen
   * @throws IOException if the state is damaged or another game's
   */
  static SavedGame read(DataInput in, String name, String md5, int pixels) throws IOException {
    if (in.readInt() != MARK) {
      throw new IOException(name + ": this is no state of an Atari game");
    }
    int length = in.readInt();
    if (length < 0 || length > MOST_BYTES) {
      throw new IOException(name + ": the state is damaged");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    if (in.readLong() != checksum(bytes)) {
      throw new IOException(name + ": the state is damaged, its checksum does not match");
    }
    SavedGame saved = fields(new DataInputStream(new ByteArrayInputStream(bytes)));
    if (!saved.md5.equals(md5) || saved.screen.length != pixels) {
      String owner = Game.withMd5(saved.md5).map(Game::name).orElse("an unknown ROM");
      throw new IOException("%s: the state is one of %s".formatted(name, owner));
    }
    return saved;
  }

  private static SavedGame fields(DataInputStream in) throws IOException {
    return new SavedGame(
        in.readUTF(),
        in.readBoolean(),
        in.readBoolean(),
        in.readInt(),
        in.readInt(),
        in.readInt(),
        in.readInt(),
        in.readDouble(),
        in.readNBytes(in.readInt()),
        in.readNBytes(in.readInt()),
        in.readNBytes(in.readInt()),
        in.readNBytes(in.readInt()));
  }

  private static long checksum(byte[] bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    return checksum.getValue();
  }
}
