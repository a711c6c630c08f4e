package org.apprentice.core.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The variants of the node {@code ablation}: those written out, those that leave out one detail of
 * the baseline each, and those that swap components of it.
 */
final class Variants {
  private static final String NODE = "variants";
  private static final String LEAVE_ONE_OUT = "leave-one-out";
  private static final String SWAP = "swap";

  /** The keys that hold an experiment's own. */
  static final Set<String> KEYS = Set.of(NODE, LEAVE_ONE_OUT, SWAP);

  private final Map<String, Modification> modifications = new LinkedHashMap<>();
  private final Map<String, Modification> without = new LinkedHashMap<>();
  private final Swap swap;
  private final List<Problem> problems;

  Variants(List<Problem> problems) {
    this.problems = problems;
    swap = new Swap(problems);
  }

  /** Layers come with the lowest precedence first. */
  void read(Layer layer) {
    read(layer, NODE, Modification.Kind.WRITTEN, modifications);
    read(layer, LEAVE_ONE_OUT, Modification.Kind.WITHOUT, without);
    for (ConfigObject statement : layer.statements()) {
      ConfigValue value = Plan.child(statement, Plan.ABLATION, SWAP);
      if (value != null) {
        swap.read(value);
      }
    }
  }

  private void read(
      Layer layer, String node, Modification.Kind kind, Map<String, Modification> into) {
    Map<String, List<ConfigObject>> found = new LinkedHashMap<>();
    for (ConfigObject statement : layer.statements()) {
      ConfigValue named = Plan.child(statement, Plan.ABLATION, node);
      if (named != null) {
        readBodies(named, node, found);
      }
    }
    found.forEach(
        (name, bodies) -> {
          Modification before = into.get(name);
          List<Layer> layers = new ArrayList<>(before == null ? List.of() : before.layers());
          layers.add(new Layer(layer.source(), bodies));
          String variant = kind == Modification.Kind.WITHOUT ? "without " + name : name;
          into.put(name, new Modification(variant, kind, Position.of(bodies.get(0)), layers));
        });
  }

  private void readBodies(ConfigValue named, String node, Map<String, List<ConfigObject>> found) {
    boolean generates = node.equals(LEAVE_ONE_OUT);
    if (!(named instanceof ConfigObject object)
        || !NodeMerger.isClosed(object)
        || (generates && object.isEmpty())) {
      refuse(
          named,
          generates
              ? "ablation.leave-one-out must be an object of what leaves out each detail, by the"
                  + " detail's name, for example { entropy { algorithm.entropy = 0 } }"
              : "ablation.variants must be an object of variants by name");
      return;
    }
    for (Map.Entry<String, ConfigValue> entry : Binder.inOrder(object)) {
      String name = entry.getKey();
      ConfigValue body = entry.getValue();
      if (name.equals(Trial.BASELINE) && !generates) {
        refuse(body, "a variant cannot be called baseline: that is the experiment itself");
      } else if (body instanceof ConfigObject changes && NodeMerger.isClosed(changes)) {
        found.computeIfAbsent(name, it -> new ArrayList<>()).add(changes);
      } else {
        refuse(
            body,
            "ablation.%s.%s must be an object of what %s"
                .formatted(node, name, generates ? "leaves it out" : "the variant changes"));
      }
    }
  }

  /**
   * Adds those that are generated. They are added to the written ones and not combined with them.
   *
   * @param factorial swap all keys at once, in every combination
   * @param axes keys of the sweep, which come after variants
   * @param overrides whether the command line sets a key, which comes last
   * @param at where {@code factorial} was asked for
   */
  void generate(boolean factorial, Set<String> axes, Predicate<String> overrides, Position at) {
    if (factorial && swap.isEmpty()) {
      problems.add(
          Problem.at(
              at,
              "ablation.factorial combines the values of ablation.swap, and there are none; for"
                  + " example ablation.swap { network = [mlp, gru] }"));
    }
    swap.refuseOverridden(axes::contains, "the sweep");
    swap.refuseOverridden(overrides, "the command line");
    without.values().forEach(this::add);
    (factorial ? swap.factorial() : swap.one()).forEach(this::add);
  }

  private void add(Modification generated) {
    Modification same = modifications.putIfAbsent(generated.name(), generated);
    if (same != null && same.kind() != generated.kind()) {
      problems.add(
          Problem.at(
              generated.position(),
              "ablation makes a variant '%s' here, and there is another of this name, %s; rename that"
                  .formatted(generated.name(), same.position().place())));
    }
  }

  /** In their order, without the baseline. */
  List<Modification> all() {
    return List.copyOf(modifications.values());
  }

  private void refuse(ConfigValue value, String message) {
    problems.add(Problem.at(Position.of(value), message));
  }
}
