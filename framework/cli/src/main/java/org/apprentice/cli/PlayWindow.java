package org.apprentice.cli;

import java.awt.AWTError;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.GraphicsEnvironment;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.awt.event.KeyAdapter;
import java.awt.event.KeyEvent;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.awt.image.BufferedImage;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.SwingUtilities;
import org.apprentice.core.trial.PlayByHand;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;

/** A game in a window, played with the keyboard. */
final class PlayWindow implements PlayByHand.Player, AutoCloseable {
  private static final int LARGEST_SIDE = 640;

  /** A game that was held up by more than this goes on from now instead of catching up. */
  private static final long MOST_LATE = TimeUnit.MILLISECONDS.toNanos(100);

  private static final String HELP = "arrows, space and digits play, P pauses, Esc ends and saves";

  private final Keys keys;
  private final long period;
  private final Canvas canvas = new Canvas();
  private final JLabel line = new JLabel("any key begins; " + HELP);
  private final Object change = new Object();
  private JFrame window;
  private boolean paused = true;
  private boolean ended;
  private long next = System.nanoTime();

  private PlayWindow(EnvironmentSpec spec, double rate) {
    keys = new Keys(spec);
    period = (long) (TimeUnit.SECONDS.toNanos(1) / rate);
  }

  /**
   * Opens a window, in which the game waits for a key.
   *
   * @param rate steps of the game itself per second
   * @throws UsageException if there is no display
   */
  static PlayWindow open(String title, EnvironmentSpec spec, double rate) {
    try {
      if (GraphicsEnvironment.isHeadless()) {
        throw withoutDisplay(null);
      }
      PlayWindow play = new PlayWindow(spec, rate);
      SwingUtilities.invokeAndWait(() -> play.show(title));
      return play;
    } catch (AWTError | NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw withoutDisplay(e);
    } catch (InvocationTargetException e) {
      throw withoutDisplay(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UsageException("interrupted while the window opened");
    }
  }

  private static UsageException withoutDisplay(Throwable cause) {
    UsageException refused =
        new UsageException(
            "record --human opens a window, and there is no display%s; play on a desktop, or set DISPLAY to one"
                .formatted(cause == null ? "" : " (" + cause.getMessage() + ")"));
    if (cause != null) {
      refused.initCause(cause);
    }
    return refused;
  }

  private void show(String title) {
    window = new JFrame(title);
    window.setDefaultCloseOperation(JFrame.DO_NOTHING_ON_CLOSE);
    canvas.setPreferredSize(new Dimension(LARGEST_SIDE, LARGEST_SIDE));
    window.add(canvas, BorderLayout.CENTER);
    window.add(line, BorderLayout.SOUTH);
    window.addKeyListener(
        new KeyAdapter() {
          @Override
          public void keyPressed(KeyEvent event) {
            pressed(event.getKeyCode());
          }

          @Override
          public void keyReleased(KeyEvent event) {
            keys.release(event.getKeyCode());
          }
        });
    window.addFocusListener(
        new FocusAdapter() {
          @Override
          public void focusLost(FocusEvent event) {
            keys.releaseAll();
          }
        });
    window.addWindowListener(
        new WindowAdapter() {
          @Override
          public void windowClosing(WindowEvent event) {
            end();
          }
        });
    window.pack();
    window.setVisible(true);
    window.requestFocus();
  }

  private void pressed(int keyCode) {
    if (keyCode == KeyEvent.VK_ESCAPE) {
      end();
      return;
    }
    keys.press(keyCode);
    synchronized (change) {
      paused = !paused && keyCode == KeyEvent.VK_P;
      change.notifyAll();
      if (paused) {
        line.setText("paused, any key goes on; " + HELP);
      }
    }
  }

  private void end() {
    synchronized (change) {
      ended = true;
      change.notifyAll();
    }
  }

  @Override
  public void see(Frame picture, double score, int lives) {
    canvas.show(picture);
    show(score, lives);
    synchronized (change) {
      while (paused && !ended) {
        try {
          change.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          ended = true;
        }
      }
    }
    next += period;
    long now = System.nanoTime();
    if (now - next > MOST_LATE) {
      next = now;
    }
    while (next - now > 0) {
      LockSupport.parkNanos(next - now);
      now = System.nanoTime();
    }
  }

  private void show(double score, int lives) {
    String text = String.format(Locale.ROOT, "score %.0f%s    %s", score, lives(lives), HELP);
    SwingUtilities.invokeLater(
        () -> {
          if (!isPaused()) {
            line.setText(text);
          }
        });
  }

  private static String lives(int lives) {
    return lives > 0 ? "  lives " + lives : "";
  }

  private boolean isPaused() {
    synchronized (change) {
      return paused;
    }
  }

  @Override
  public OptionalInt act(boolean[] allowed) {
    synchronized (change) {
      if (ended) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.of(keys.action(allowed));
  }

  @Override
  public void close() {
    SwingUtilities.invokeLater(window::dispose);
  }

  /** The newest picture, as large as whole numbers let it. */
  private static final class Canvas extends JPanel {
    private static final long serialVersionUID = 1L;

    private transient volatile BufferedImage picture;

    Canvas() {
      setBackground(Color.BLACK);
    }

    void show(Frame frame) {
      BufferedImage image =
          new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
      byte[] rgb = frame.rgb();
      int[] pixels = new int[frame.width() * frame.height()];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] =
            (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | (rgb[3 * i + 2] & 0xFF);
      }
      image.setRGB(0, 0, frame.width(), frame.height(), pixels, 0, frame.width());
      picture = image;
      repaint();
    }

    @Override
    protected void paintComponent(Graphics graphics) {
      super.paintComponent(graphics);
      BufferedImage shown = picture;
      if (shown != null) {
        int factor =
            Math.max(1, Math.min(getWidth() / shown.getWidth(), getHeight() / shown.getHeight()));
        int width = shown.getWidth() * factor;
        int height = shown.getHeight() * factor;
        graphics.drawImage(
            shown, (getWidth() - width) / 2, (getHeight() - height) / 2, width, height, null);
      }
    }
  }
}
