package org.apprentice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Runs tests of a contract and says which fail. */
final class ContractRunner {
  private ContractRunner() {}

  /**
   * @param folder in which each test that asks for a folder is given one of its own
   * @param promises names of the tests to run; none for all
   */
  static <T> Set<String> failures(Class<T> contract, T candidate, Path folder, String... promises)
      throws IllegalAccessException {
    List<String> wanted = List.of(promises);
    Set<String> failed = new TreeSet<>();
    for (Method method : contract.getMethods()) {
      if (method.isAnnotationPresent(Test.class)
          && (wanted.isEmpty() || wanted.contains(method.getName()))) {
        try {
          if (method.getParameterCount() == 0) {
            method.invoke(candidate);
          } else {
            method.invoke(candidate, Files.createDirectory(folder.resolve(method.getName())));
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (InvocationTargetException e) {
          if (!(e.getCause() instanceof AssertionError)) {
            throw new IllegalStateException(
                method.getName() + " broke instead of failing", e.getCause());
          }
          failed.add(method.getName());
        }
      }
    }
    return failed;
  }
}
