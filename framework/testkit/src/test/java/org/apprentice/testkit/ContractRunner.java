package org.apprentice.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Runs every test of a contract and says which fail. */
final class ContractRunner {
  private ContractRunner() {}

  /**
   * @param folder given to those tests that ask for one
   */
  static <T> Set<String> failures(Class<T> contract, T candidate, Path folder)
      throws IllegalAccessException {
    Set<String> failed = new TreeSet<>();
    for (Method method : contract.getMethods()) {
      if (method.isAnnotationPresent(Test.class)) {
        try {
          method.invoke(
              candidate, method.getParameterCount() == 0 ? new Object[0] : new Object[] {folder});
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
