package org.apprentice.core.transfer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;
import org.apprentice.tracking.Courier;

/** A run that is to be delivered. */
interface Parcel {
  String uid();

  String name();

  /** The uid of the run above it. */
  Optional<String> parent();

  /** Whether a process seems to be writing it. */
  boolean isBeingWritten();

  /**
   * Whether it has arrived at a place as it is now, as far as is remembered here.
   *
   * @param place without passwords
   */
  boolean hasArrived(String place) throws IOException;

  /**
   * Delivers it and remembers that.
   *
   * @param progress hears the share that has arrived, from 0 to 1
   * @return what of it could not come along, a line each
   */
  List<String> deliver(Courier courier, String place, DoubleConsumer progress) throws IOException;

  /** Parents before the runs below them, otherwise in their order. */
  static List<Parcel> parentsFirst(List<Parcel> parcels) {
    Map<String, Parcel> byUid = new LinkedHashMap<>();
    parcels.forEach(parcel -> byUid.putIfAbsent(parcel.uid(), parcel));
    Set<String> ordered = new LinkedHashSet<>();
    for (Parcel parcel : byUid.values()) {
      List<String> line = new ArrayList<>();
      Optional<Parcel> next = Optional.of(parcel);
      // A circle of parents, which nobody makes on purpose, ends where it began.
      while (next.isPresent() && !line.contains(next.get().uid())) {
        line.add(0, next.get().uid());
        next = next.get().parent().map(byUid::get);
      }
      ordered.addAll(line);
    }
    return ordered.stream().map(byUid::get).toList();
  }
}
