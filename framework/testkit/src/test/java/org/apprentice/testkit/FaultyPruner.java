package org.apprentice.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apprentice.spi.Pruner;
import org.apprentice.spi.PrunerPlugin;

/** Stops what scores less than the best of a rung, correct but for one fault. */
final class FaultyPruner implements Pruner {
  enum Fault {
    NONE,
    REPEATS_A_RUNG,
    OVERFLOWS,
    GOES_ON_BEYOND_THE_LAST,
    FORGETS_THE_LAST,
    SAYS_NOTHING_OF_ONE,
    SENDS_ON_WHAT_FAILED,
    WAITS_FOR_EVER,
    STOPS_ALL,
    DEPENDS_ON_WHAT_WAS_ASKED
  }

  private static final int RUNGS = 50;

  private final Fault fault;
  private int asked;

  FaultyPruner(Fault fault) {
    this.fault = fault;
  }

  record Settings() {}

  record Plugin(Fault fault) implements PrunerPlugin<Settings> {
    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public String description() {
      return "the best go on, with a fault";
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public Pruner create(Settings config) {
      return new FaultyPruner(fault);
    }
  }

  @Override
  public OptionalLong rung(int number) {
    if (number == Integer.MAX_VALUE && fault == Fault.GOES_ON_BEYOND_THE_LAST) {
      return OptionalLong.of(Long.MAX_VALUE);
    }
    if (number >= RUNGS && fault != Fault.OVERFLOWS) {
      return OptionalLong.empty();
    }
    if (number == 2 && fault == Fault.REPEATS_A_RUNG) {
      return rung(1);
    }
    return OptionalLong.of((number + 1) * 100_000_000_000_000_000L);
  }

  @Override
  public List<Verdict> judge(int rung, List<Course> arrived, List<Course> before, boolean all) {
    asked++;
    double best =
        arrived.stream()
            .mapToDouble(it -> it.score(rung))
            .filter(it -> !Double.isNaN(it))
            .max()
            .orElse(Double.NaN);
    List<Verdict> verdicts = new ArrayList<>();
    for (Course course : arrived) {
      verdicts.add(verdict(course.score(rung), best, all));
    }
    if (fault == Fault.FORGETS_THE_LAST) {
      verdicts.remove(verdicts.size() - 1);
    }
    return verdicts;
  }

  private Verdict verdict(double score, double best, boolean all) {
    if (Double.isNaN(score)) {
      return switch (fault) {
        case SENDS_ON_WHAT_FAILED -> Verdict.GO_ON;
        case SAYS_NOTHING_OF_ONE -> null;
        default -> Verdict.STOP;
      };
    }
    boolean good = score == best;
    return switch (fault) {
      case STOPS_ALL -> Verdict.STOP;
      case DEPENDS_ON_WHAT_WAS_ASKED -> good || asked > 300 ? Verdict.GO_ON : Verdict.STOP;
      case WAITS_FOR_EVER -> good ? Verdict.GO_ON : Verdict.WAIT;
      default -> good ? Verdict.GO_ON : all ? Verdict.STOP : Verdict.WAIT;
    };
  }
}
