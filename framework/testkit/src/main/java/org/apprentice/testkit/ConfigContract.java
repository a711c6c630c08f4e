package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apprentice.core.plugin.Components;
import org.apprentice.spi.Choice;
import org.apprentice.spi.Component;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The settings of every component: its record and its documented defaults {@code
 * /<kind>/<name>.conf} say the same. The contracts of components extend this one.
 */
public interface ConfigContract {
  /** An uncommented key at the start of a line. */
  Pattern KEY = Pattern.compile("\\s*([a-z][a-z0-9-]*)\\s*([={]|\\+=).*");

  Component<?> component();

  /**
   * HOCON of the keys of the component's node that an experiment has to give because they have no
   * sensible default, for example {@code demonstrations.file = "expert.npz"}.
   */
  default String requiredSettings() {
    return "";
  }

  @Test
  default void everySettingHasADocumentedDefault() {
    Set<String> settings = new LinkedHashSet<>();
    collectKeys(component().configType(), settings);
    String documentation = ComponentRegistry.entry(component()).documentation();
    Set<String> documented = new LinkedHashSet<>();
    String before = "";
    for (String line : documentation.lines().toList()) {
      Matcher key = KEY.matcher(line);
      if (key.matches()) {
        documented.add(key.group(1));
        assertThat(before).as("the line above '%s' in the defaults", line.strip()).startsWith("#");
      }
      before = line.isBlank() ? "" : line.strip();
    }
    for (String setting : settings) {
      assertThat(documented).as("keys in the defaults of %s", component().name()).contains(setting);
    }
  }

  /**
   * Keys of a record and of the records within it; a component that it names has its own defaults.
   */
  private static void collectKeys(Class<?> type, Set<String> keys) {
    for (RecordComponent key : type.getRecordComponents()) {
      keys.add(key.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
      for (Class<?> within : classes(key.getGenericType())) {
        if (within.isRecord() && within != Choice.class) {
          collectKeys(within, keys);
        }
      }
    }
  }

  private static List<Class<?>> classes(Type type) {
    List<Class<?>> classes = new ArrayList<>();
    if (type instanceof Class<?> simple) {
      classes.add(simple);
    } else if (type instanceof ParameterizedType generic && generic.getRawType() != Choice.class) {
      for (Type argument : generic.getActualTypeArguments()) {
        classes.addAll(classes(argument));
      }
    }
    return classes;
  }

  @Test
  default void defaultsBindWithoutComplaint(@TempDir Path folder) throws IOException {
    assertThat(ComponentRegistry.problems(component(), requiredSettings(), folder)).isEmpty();
  }

  @Test
  default void nameAndDescriptionFitTheList() {
    Components.Entry entry = ComponentRegistry.entry(component());
    assertThat(entry.component().name()).matches("[a-z0-9]+(-[a-z0-9]+)*");
    assertThat(entry.component().description())
        .isNotBlank()
        .doesNotContain("\n")
        .hasSizeLessThan(100);
  }
}
