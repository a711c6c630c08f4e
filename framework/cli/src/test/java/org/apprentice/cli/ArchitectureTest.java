package org.apprentice.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apprentice.core.execution.Worker;
import org.apprentice.spi.EnvironmentPlugin;

/**
 * What may import what, in main code. A room is a package right below {@code org.apprentice}; it
 * holds one module.
 */
@AnalyzeClasses(
    packages = ArchitectureTest.HOUSE,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  static final String HOUSE = "org.apprentice";

  /** The framework's rooms and the rooms each may use; every other room is a plugin's. */
  private static final Map<String, Set<String>> FRAMEWORK =
      Map.of(
          "spi", Set.of(),
          "nn", Set.of("spi"),
          "rl", Set.of("nn", "spi"),
          "tracking", Set.of("spi"),
          "core", Set.of("tracking", "rl", "nn", "spi"),
          "testkit", Set.of("core", "tracking", "rl", "nn", "spi"),
          "cli", Set.of("core", "tracking", "rl", "nn", "spi"));

  private static final Set<String> PLUGIN = Set.of("rl", "nn", "spi");

  @ArchTest
  static final ArchRule roomsUseOnlyRoomsBelow =
      classes()
          .should(useOnlyRoomsBelow())
          .because(
              "main code points down only: move what is shared into a lower room, or let the lower"
                  + " room declare an interface that the upper one implements");

  @ArchTest
  static final ArchRule environmentsUseNoNetworks =
      noClasses()
          .that(
              describe(
                  "belong to a plugin with environments",
                  type -> isPlugin(type) && hasEnvironments(type)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", HOUSE + ".nn..")
          .because("an environment must step without ND4J: work on plain arrays and the SPI");

  @ArchTest
  static final ArchRule onlyCoreConfigReadsHocon =
      only("core.config", "com.typesafe.config..")
          .because("configuration reaches other rooms as bound records: take a record instead");

  @ArchTest
  static final ArchRule onlyCliParsesTheCommandLine =
      only("cli", "picocli..")
          .because("other rooms have no command line: take arguments, let cli parse them");

  @ArchTest
  static final ArchRule onlyTrackingKnowsMlflow =
      only("tracking", "org.mlflow..", "org.mlflow_project..")
          .because("a run is reported through org.apprentice.spi.Tracker: send an event instead");

  @ArchTest
  static final ArchRule onlyAtariKnowsTheArcadeLearningEnvironment =
      only("atari", "org.bytedeco.ale..")
          .because("libale is under the GPL and ends the process on errors: keep it in its plugin");

  @ArchTest
  static final ArchRule onlyCliEndsTheProcess =
      noClasses()
          .that()
          .resideOutsideOfPackage(HOUSE + ".cli..")
          .and()
          .doNotHaveFullyQualifiedName(Worker.class.getName())
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class)
          .because("a library cannot know what must still be saved: throw an exception instead");

  @ArchTest
  static final ArchRule randomNumbersCanBeSaved =
      noClasses()
          .that(
              describe(
                  "compute", type -> isPlugin(type) || isRoom(type, "rl") || isRoom(type, "nn")))
          .should()
          .dependOnClassesThat(
              assignableTo(Random.class).or(assignableTo(RandomGeneratorFactory.class)))
          .orShould()
          .callMethodWhere(
              target(owner(assignableTo(RandomGenerator.class)))
                  .and(target(nameMatching("of|getDefault"))))
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callMethod(StrictMath.class, "random")
          .orShould()
          .callMethod(Collections.class, "shuffle", List.class)
          .orShould()
          .callMethodWhere(
              target(owner(named("org.nd4j.linalg.factory.Nd4j")))
                  .and(target(nameMatching("rand.*|getRandom.*|shuffle|choice"))))
          .because(
              "a resumed run must draw the same numbers: take a RestorableUniformRandomProvider of"
                  + " Commons RNG, one for each purpose, and save it");

  @ArchTest
  static final ArchRule onlyInitialWeightsComeFromAGeneratorThatCannotBeSaved =
      noClasses()
          .that(describe("draw while they train", type -> isPlugin(type) || isRoom(type, "rl")))
          .should()
          .dependOnClassesThat(assignableTo(SplittableRandom.class))
          .because(
              "SplittableRandom cannot be saved: take a RestorableUniformRandomProvider of Commons"
                  + " RNG, one for each purpose, and save it");

  private static ArchRule only(String room, String... libraries) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(HOUSE + "." + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries);
  }

  private static ArchCondition<JavaClass> useOnlyRoomsBelow() {
    return new ArchCondition<>("use only rooms below their own") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String room = room(type);
        Set<String> below = FRAMEWORK.getOrDefault(room, PLUGIN);
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          String used = target.getPackageName().startsWith(HOUSE + ".") ? room(target) : room;
          if (!used.equals(room) && !below.contains(used)) {
            String message =
                "%s may use only %s: %s".formatted(room, below, dependency.getDescription());
            events.add(SimpleConditionEvent.violated(dependency, message));
          }
        }
      }
    };
  }

  private static String room(JavaClass type) {
    String inside = type.getPackageName().substring(HOUSE.length() + 1);
    int dot = inside.indexOf('.');
    return dot < 0 ? inside : inside.substring(0, dot);
  }

  private static boolean isRoom(JavaClass type, String room) {
    return room(type).equals(room);
  }

  private static boolean isPlugin(JavaClass type) {
    return !FRAMEWORK.containsKey(room(type));
  }

  private static boolean hasEnvironments(JavaClass type) {
    return type.getPackage().getClassesInPackageTree().stream()
        .anyMatch(neighbour -> neighbour.isAssignableTo(EnvironmentPlugin.class));
  }

  private static DescribedPredicate<HasName> named(String name) {
    return HasName.Predicates.name(name);
  }
}
