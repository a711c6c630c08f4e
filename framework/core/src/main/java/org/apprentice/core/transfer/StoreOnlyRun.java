package org.apprentice.core.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.apprentice.tracking.Courier;
import org.apprentice.tracking.Journal;
import org.apprentice.tracking.StoredRun;

/**
 * A run that only a tracking store knows. Its journal is written anew, delivered and deleted again;
 * a file {@value #ARRIVED} remembers where it has arrived, and as what.
 */
final class StoreOnlyRun implements Parcel {
  private static final String ARRIVED = "arrived";

  private final Transcript transcript;
  private final StoredRun run;
  private final Path folder;

  /**
   * @param transcripts a folder for the journals of such runs
   */
  StoreOnlyRun(Transcript transcript, StoredRun run, Path transcripts) {
    this.transcript = transcript;
    this.run = run;
    folder = transcripts.resolve(run.uid());
  }

  @Override
  public String uid() {
    return run.uid();
  }

  @Override
  public String name() {
    return run.name();
  }

  @Override
  public Optional<String> parent() {
    return transcript.parent(run);
  }

  @Override
  public boolean isBeingWritten() {
    return run.ended().isEmpty();
  }

  @Override
  public boolean hasArrived(String place) throws IOException {
    return Transcript.fingerprint(run).equals(arrivals().get(place));
  }

  private Map<String, String> arrivals() throws IOException {
    Map<String, String> fingerprints = new LinkedHashMap<>();
    Path file = folder.resolve(ARRIVED);
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int space = line.indexOf(' ');
        if (space > 0) {
          fingerprints.put(line.substring(space + 1), line.substring(0, space));
        }
      }
    }
    return fingerprints;
  }

  @Override
  public List<String> deliver(Courier courier, String place, DoubleConsumer progress)
      throws IOException {
    Map<String, String> arrivals = arrivals();
    Path work = folder.resolve("work");
    Folders.delete(work);
    Transcript.Written written = transcript.write(run, work, Transcript.FileChoice.ALL);
    double length = Math.max(1, Journal.length(work));
    courier.deliver(written.spec(), arrived -> progress.accept(arrived / length));
    arrivals.put(place, Transcript.fingerprint(run));
    StringBuilder text = new StringBuilder();
    arrivals.forEach((at, as) -> text.append(as).append(' ').append(at).append('\n'));
    Path beside = folder.resolve(ARRIVED + ".new");
    Files.writeString(beside, text);
    Files.move(beside, folder.resolve(ARRIVED), StandardCopyOption.ATOMIC_MOVE);
    Folders.delete(work);
    return written.left();
  }
}
