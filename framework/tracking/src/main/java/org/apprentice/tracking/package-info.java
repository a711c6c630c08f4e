/**
 * What a run leaves behind: first an append-only {@linkplain org.apprentice.tracking.Journal
 * journal} in its folder, and from there, {@linkplain org.apprentice.tracking.Delivery in the
 * background}, an MLflow store.
 *
 * <pre>{@code
 * try (Delivery delivery = Delivery.open("sqlite", results, List.of());
 *     Journal journal = Journal.open(run.directory())) {
 *   delivery.track(journal, run);
 *   journal.append(new RunEvent.Started(System.currentTimeMillis()));
 *   journal.append(new RunEvent.Metric("rollout/return-mean", 195, 2048, System.currentTimeMillis()));
 *   long position = journal.sync(); // kept in the checkpoint; journal.resumeAt(position) after a resume
 *   journal.append(new RunEvent.Finished(RunEvent.Status.FINISHED, System.currentTimeMillis()));
 * }
 * }</pre>
 */
package org.apprentice.tracking;
