package org.apprentice.core.film;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.apprentice.spi.Frame;

/** An animated GIF that repeats for ever. */
final class GifFile {
  /** Hundredths of a second after the last picture. */
  private static final int LAST_DELAY = 100;

  private static final int MOST_COLORS = 256;

  /** Steps of red, green and blue where a picture has more colours than a GIF holds. */
  private static final int[] LEVELS = {6, 7, 6};

  private GifFile() {}

  /**
   * With a palette of the colours that there are, or, where these are too many, of coarser ones.
   */
  private static BufferedImage indexed(Frame frame) {
    int[] pixels = new int[frame.width() * frame.height()];
    TreeSet<Integer> colors = new TreeSet<>();
    int last = -1;
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = color(frame.rgb(), 3 * i);
      if (pixels[i] != last) {
        last = pixels[i];
        colors.add(last);
      }
    }
    if (colors.size() > MOST_COLORS) {
      colors.clear();
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = coarser(pixels[i]);
        colors.add(pixels[i]);
      }
    }
    int[] palette = colors.stream().mapToInt(Integer::intValue).toArray();
    BufferedImage image =
        new BufferedImage(
            frame.width(),
            frame.height(),
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, palette.length, palette, 0, false, -1, DataBuffer.TYPE_BYTE));
    byte[] indices = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      boolean same = i > 0 && pixels[i] == pixels[i - 1];
      indices[i] = same ? indices[i - 1] : (byte) Arrays.binarySearch(palette, pixels[i]);
    }
    image.getRaster().setDataElements(0, 0, frame.width(), frame.height(), indices);
    return image;
  }

  private static int color(byte[] rgb, int at) {
    return ((rgb[at] & 0xFF) << 16) | ((rgb[at + 1] & 0xFF) << 8) | (rgb[at + 2] & 0xFF);
  }

  private static int coarser(int color) {
    int result = 0;
    for (int i = 0; i < LEVELS.length; i++) {
      int value = (color >> (16 - 8 * i)) & 0xFF;
      int most = LEVELS[i] - 1;
      int level = (value * most + 127) / 255;
      result = (result << 8) | ((level * 255 + most / 2) / most);
    }
    return result;
  }

  /**
   * Replaces the file in one step.
   *
   * @param every which pictures are shown: the first, and every so many
   * @param delay hundredths of a second that each is shown
   */
  static void write(Path gif, List<StoredFrame> frames, int every, int delay) throws IOException {
    Files.createDirectories(gif.toAbsolutePath().getParent());
    Path beside = gif.resolveSibling(gif.getFileName() + ".new");
    Files.deleteIfExists(beside);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(beside.toFile())) {
      if (out == null) {
        throw new IOException("cannot write " + beside);
      }
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int i = 0; i < frames.size(); i += every) {
        BufferedImage image = indexed(frames.get(i).frame());
        boolean last = i + every >= frames.size();
        writer.writeToSequence(
            new IIOImage(image, null, metadata(writer, image, last ? LAST_DELAY : delay)), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    Files.move(beside, gif, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Delay and repetition, as {@code javax.imageio}'s format of GIF metadata has them. */
  private static IIOMetadata metadata(ImageWriter writer, BufferedImage image, int delay)
      throws IOException {
    IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
    String format = metadata.getNativeMetadataFormatName();
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
    IIOMetadataNode control = child(root, "GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("transparentColorIndex", "0");
    control.setAttribute("delayTime", Integer.toString(delay));
    IIOMetadataNode repetition = new IIOMetadataNode("ApplicationExtension");
    repetition.setAttribute("applicationID", "NETSCAPE");
    repetition.setAttribute("authenticationCode", "2.0");
    // sub-block 1 with the number of repetitions, 0 for ever
    repetition.setUserObject(new byte[] {1, 0, 0});
    child(root, "ApplicationExtensions").appendChild(repetition);
    metadata.setFromTree(format, root);
    return metadata;
  }

  private static IIOMetadataNode child(IIOMetadataNode root, String name) {
    for (int i = 0; i < root.getLength(); i++) {
      if (root.item(i).getNodeName().equals(name)) {
        return (IIOMetadataNode) root.item(i);
      }
    }
    IIOMetadataNode added = new IIOMetadataNode(name);
    root.appendChild(added);
    return added;
  }
}
