package org.apprentice.rl.demonstrations;

import org.apprentice.spi.Grayscale;

/**
 * The {@code pictures} node of demonstrations: how picture files are understood.
 *
 * @param form what the channels of a picture are
 * @param gray what colours count where the environment shows gray
 */
public record Pictures(Form form, Grayscale.Weights gray) {
  /** As programs find out by themselves. */
  public static final Pictures DEFAULT = new Pictures(Form.AUTO, Grayscale.Weights.REC_601);

  /** What the channels of a picture are. */
  public enum Form {
    /**
     * {@link #STACKED} if the alpha channel is not opaque and all four channels look like frames of
     * one game that follow each other; {@link #COLOUR} if there is no alpha channel or it is
     * opaque; anything else is refused.
     */
    AUTO,
    /** A frame, in colour or gray; an alpha channel means nothing. */
    COLOUR,
    /**
     * Four gray frames, the oldest in the blue channel, then green, red and, the newest, alpha:
     * what OpenCV makes of an array of four channels.
     */
    STACKED
  }
}
