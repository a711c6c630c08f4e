package org.apprentice.tracking;

import java.lang.reflect.Field;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;
import org.mlflow_project.apachehttp.impl.client.CloseableHttpClient;

/**
 * Gives MLflow's Java client a transport of ours, into the field where it keeps its own. There is
 * no public way, and its own has no time limits, trusts only Java's certificates or all, and leaks
 * a connection with each status 429 until it hangs. The client makes a transport only if the field
 * is empty.
 */
final class ClientOnTransport {
  private ClientOnTransport() {}

  /**
   * @param base the server's root
   * @throws IllegalStateException if this version of the client is built differently
   */
  static MlflowClient create(String base, CloseableHttpClient transport) {
    MlflowClient client = new MlflowClient(new BasicMlflowHostCreds(base));
    try {
      Field callerField = MlflowClient.class.getDeclaredField("httpCaller");
      callerField.setAccessible(true);
      Object caller = callerField.get(client);
      Field transportField = caller.getClass().getDeclaredField("httpClient");
      transportField.setAccessible(true);
      transportField.set(caller, transport);
      return client;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "mlflow-client keeps its HTTP client elsewhere in this version; adapt this class", e);
    }
  }
}
