package org.apprentice.core.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.net.URL;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The library's parser, with includes under our control. */
final class Hocon {
  /** What the library says of a file that ends within an object, whatever was left open. */
  private static final Pattern UNCLOSED =
      Pattern.compile("expecting a close parentheses '\\)' here, not: end of file");

  private static final String UNCLOSED_HINT =
      "the file ends before what was opened is closed; add the missing } (or ] or parenthesis)";

  private Hocon() {}

  /**
   * @param source how origins name the text
   * @param include the content for a name in an {@code include}
   * @throws ConfigException.Parse on a syntax error
   */
  static ConfigObject parse(String text, String source, Function<String, ConfigObject> include) {
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.CONF)
            .setOriginDescription(source)
            .setIncluder(new Includer(include));
    return ConfigFactory.parseString(text, options).root();
  }

  /** Parses text that has no business including anything. */
  static ConfigObject parse(String text, String source) {
    return parse(text, source, name -> ConfigFactory.empty().root());
  }

  /** A syntax error as one line. */
  static Problem problem(ConfigException failure, String source) {
    Position position =
        failure.origin() == null
            ? new Position(source, Optional.empty())
            : Position.of(failure.origin());
    String message = failure.getMessage().replaceAll("\\s*\\n\\s*", " ");
    String prefix = failure.origin() == null ? "" : failure.origin().description() + ": ";
    if (message.startsWith(prefix)) {
      message = message.substring(prefix.length());
    }
    return Problem.at(position, UNCLOSED.matcher(message).matches() ? UNCLOSED_HINT : message);
  }

  private record Includer(Function<String, ConfigObject> content)
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      return content.apply(what);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      return content.apply(what.getPath());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw new IllegalArgumentException("only files can be included, found url(" + what + ")");
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw new IllegalArgumentException(
          "only files can be included, found classpath(" + what + ")");
    }
  }
}
