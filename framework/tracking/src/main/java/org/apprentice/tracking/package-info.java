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
 */
package org.apprentice.tracking;
