package org.apprentice.core.config;

import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Splits a HOCON file into its assignments, in the order of the file. The library merges as it
 * parses, so that {@code network = gru} is lost when {@code network.hidden = [8]} follows; one by
 * one, the assignments of a file can be merged by our rules. The text must have passed the
 * library's parser: nothing is checked here.
 */
final class Statements {
  /**
   * @param parents keys of the objects around the statement
   * @param text {@code key = value} or {@code include ...}
   * @param line of the first character of {@code text}
   */
  record Statement(List<String> parents, String text, int line) {
    boolean isInclude() {
      return INCLUDE.matcher(text).lookingAt();
    }

    /** HOCON with this statement alone, every character on its own line. */
    String inPlace() {
      String padding = "\n".repeat(line - 1);
      return parents.isEmpty()
          ? padding + text
          : padding + ConfigUtil.joinPath(parents) + " { " + text + "\n}";
    }
  }

  private static final Pattern INCLUDE =
      Pattern.compile("include(?=[ \\t]*\"|\\s+(required|file|url|classpath)\\s*\\()");

  private final String text;
  private final List<Statement> statements = new ArrayList<>();

  private Statements(String text) {
    this.text = text;
  }

  static List<Statement> of(String text) {
    Statements splitter = new Statements(text);
    int start = splitter.skipBlank(0, text.length());
    if (start < text.length() && text.charAt(start) == '{') {
      splitter.object(start + 1, splitter.closing(start), List.of());
    } else {
      splitter.object(0, text.length(), List.of());
    }
    return splitter.statements;
  }

  /** Fields of the object whose inside is {@code [start, end)}. */
  private void object(int start, int end, List<String> parents) {
    int position = skipBlank(start, end);
    while (position < end) {
      position = skipBlank(field(position, end, parents), end);
    }
  }

  /** One field; returns where it ends. */
  private int field(int start, int end, List<String> parents) {
    if (INCLUDE.matcher(text.substring(start, end)).lookingAt()) {
      int last = valueEnd(start, end);
      add(parents, start, last);
      return last;
    }
    int keyStop = keyStop(start, end);
    int separator = skipBlank(keyStop, end);
    boolean appends = text.startsWith("+=", separator);
    int value = separator;
    if (text.charAt(separator) != '{') {
      value = skipBlank(separator + (appends ? 2 : 1), end);
    }
    int last = valueEnd(value, end);
    if (!appends && text.charAt(value) == '{' && closing(value) == last - 1) {
      List<String> path = new ArrayList<>(parents);
      path.addAll(ConfigUtil.splitPath(text.substring(start, keyStop)));
      int before = statements.size();
      object(value + 1, last - 1, path);
      if (statements.size() > before) {
        return last;
      }
    }
    add(parents, start, last);
    return last;
  }

  private void add(List<String> parents, int start, int end) {
    int line = 1 + (int) text.substring(0, start).chars().filter(c -> c == '\n').count();
    statements.add(new Statement(List.copyOf(parents), text.substring(start, end), line));
  }

  /** Where the key that starts at {@code start} ends, without what follows before its sign. */
  private int keyStop(int start, int end) {
    int position = start;
    int last = start;
    while (position < end) {
      char c = text.charAt(position);
      boolean sign = c == '=' || c == ':' || c == '{' || text.startsWith("+=", position);
      if (sign || isComment(position)) {
        break;
      }
      position = c == '"' ? skipQuoted(position) : position + 1;
      if (!isBlank(c)) {
        last = position;
      }
    }
    return last;
  }

  /** Where the value that starts at {@code start} ends, without trailing blanks. */
  private int valueEnd(int start, int end) {
    int position = start;
    int last = start;
    while (position < end) {
      char c = text.charAt(position);
      if (c == '\n' || c == ',' || isComment(position)) {
        break;
      }
      if (c == '"') {
        position = skipQuoted(position);
      } else if (c == '{' || c == '[') {
        position = closing(position) + 1;
      } else {
        position++;
      }
      if (!isBlank(c)) {
        last = position;
      }
    }
    return last;
  }

  /** The brace or bracket that closes the one at {@code open}. */
  private int closing(int open) {
    int depth = 0;
    int position = open;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '"') {
        position = skipQuoted(position);
        continue;
      }
      if (isComment(position)) {
        position = lineEnd(position);
        continue;
      }
      if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return position;
      }
      position++;
    }
    return position;
  }

  /** Past white space, commas and comments. */
  private int skipBlank(int start, int end) {
    int position = start;
    while (position < end) {
      char c = text.charAt(position);
      if (isComment(position)) {
        position = lineEnd(position);
      } else if (isBlank(c) || c == ',') {
        position++;
      } else {
        break;
      }
    }
    return Math.min(position, end);
  }

  /** White space as the HOCON specification has it. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || "\u00A0\u2007\u202F\uFEFF".indexOf(c) >= 0;
  }

  private boolean isComment(int position) {
    return text.charAt(position) == '#' || text.startsWith("//", position);
  }

  private int lineEnd(int position) {
    int end = text.indexOf('\n', position);
    return end < 0 ? text.length() : end;
  }

  /** Past the quoted string at {@code position}, which may have triple quotes. */
  private int skipQuoted(int position) {
    if (text.startsWith("\"\"\"", position)) {
      int end = text.indexOf("\"\"\"", position + 3) + 3;
      while (end < text.length() && text.charAt(end) == '"') {
        end++;
      }
      return end;
    }
    int end = position + 1;
    while (text.charAt(end) != '"') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return end + 1;
  }
}
