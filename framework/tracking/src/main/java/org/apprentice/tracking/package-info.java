/**
 * What a run leaves behind: first an append-only {@linkplain org.apprentice.tracking.Journal
 * journal} in its folder, and from there, {@linkplain org.apprentice.tracking.Delivery in the
 * background}, an MLflow store.
 *
 * <pre>{@code
 * try (Delivery delivery = Delivery.open("sqlite", results, List.of());
 *     Journal journal = Journal.open(run.directory())) {
 *   delivery.track(journal, run);
 *   journal.resumeAt(position); // only after a resume: what its checkpoint remembers
 *   journal.append(new RunEvent.Started(now));
 *   journal.append(new RunEvent.Metric("rollout/return-mean", 195, 2048, now));
 *   position = journal.sync(); // remembered by the next checkpoint
 *   journal.append(new RunEvent.Finished(RunEvent.Status.FINISHED, now));
 * }
 * }</pre>
 *
 * <p>{@link org.apprentice.tracking.RunStore} reads back what MLflow keeps, in its SQLite file or
 * on a server; {@link org.apprentice.tracking.Courier} delivers journals for somebody who waits.
 *
 * <p>A tracking server is talked to by MLflow's Java client, on a transport of ours: that one has
 * time limits, trusts what it is told to, never sends anything twice by itself, and lets only sound
 * answers pass. Everything else is either an outage, which delivery waits out, or a refusal, which
 * is singled out and put aside so that the rest arrives. Runs are found again by a tag with their
 * uid. MLflow's variables apply: {@code MLFLOW_TRACKING_USERNAME} and {@code
 * MLFLOW_TRACKING_PASSWORD}, or {@code MLFLOW_TRACKING_TOKEN}; {@code
 * MLFLOW_TRACKING_SERVER_CERT_PATH}, or {@code MLFLOW_TRACKING_INSECURE_TLS}; and {@code
 * MLFLOW_HTTP_REQUEST_TIMEOUT}, in seconds.
 */
package org.apprentice.tracking;
