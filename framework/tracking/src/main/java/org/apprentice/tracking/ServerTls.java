package org.apprentice.tracking;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apprentice.spi.TrackingException;
import org.mlflow_project.apachehttp.conn.ssl.NoopHostnameVerifier;
import org.mlflow_project.apachehttp.conn.ssl.SSLConnectionSocketFactory;
import org.mlflow_project.apachehttp.ssl.SSLContexts;

/** Which servers are believed to be who they say. */
final class ServerTls {
  private ServerTls() {}

  /**
   * @throws TrackingException if the certificates cannot be read
   */
  static SSLConnectionSocketFactory socketFactory(ServerAddress address) {
    try {
      if (address.isInsecure()) {
        return new SSLConnectionSocketFactory(
            SSLContexts.custom().loadTrustMaterial((chain, type) -> true).build(),
            NoopHostnameVerifier.INSTANCE);
      }
      return address.certificates().isPresent()
          ? new SSLConnectionSocketFactory(trusting(address.certificates().get()))
          : new SSLConnectionSocketFactory(SSLContext.getDefault());
    } catch (GeneralSecurityException e) {
      throw new TrackingException("TLS cannot be set up for " + address + ": " + e.getMessage(), e);
    }
  }

  /** Trusts these certificates only, as MLflow's Python client does. */
  private static SSLContext trusting(Path file) throws GeneralSecurityException {
    try (InputStream pem = Files.newInputStream(file)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(pem);
      if (certificates.isEmpty()) {
        throw new GeneralSecurityException("there is none");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("certificate-" + count++, certificate);
      }
      return SSLContexts.custom().loadTrustMaterial(store, null).build();
    } catch (IOException | GeneralSecurityException e) {
      throw new TrackingException(
          "%s = %s must hold certificates (PEM): %s"
              .formatted(ServerAddress.CERTIFICATES, file, e.getMessage()),
          e);
    }
  }

  /** What to do about a connection that failed; empty unless trust was the matter. */
  static String advice(IOException failure) {
    return failure instanceof SSLException
        ? "; if the server's certificate is your own, name it in %s"
            .formatted(ServerAddress.CERTIFICATES)
        : "";
  }
}
