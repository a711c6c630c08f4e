package org.apprentice.core.study;

import java.awt.Dimension;
import java.awt.Graphics2D;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** A drawing as SVG, which scales with the page. */
final class SvgCanvas {
  private static final String NAMESPACE = "http://www.w3.org/2000/svg";

  private final SVGGraphics2D graphics;
  private final Dimension size;

  SvgCanvas(int width, int height) {
    size = new Dimension(width, height);
    try {
      Document document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .getDOMImplementation()
              .createDocument(NAMESPACE, "svg", null);
      SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
      context.setComment(null);
      graphics = new SVGGraphics2D(context, false);
      graphics.setSVGCanvasSize(size);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("every Java platform has an XML parser", e);
    }
  }

  /** To draw on. */
  Graphics2D graphics() {
    return graphics;
  }

  /** The finished document; nothing can be drawn any more. */
  String text() {
    Element root = graphics.getRoot();
    root.setAttribute("viewBox", "0 0 " + size.width + " " + size.height);
    StringWriter text = new StringWriter();
    try {
      graphics.stream(root, text, true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Without the document type, for which a reader would ask a server.
    return text.toString().substring(text.toString().indexOf("<svg"));
  }
}
