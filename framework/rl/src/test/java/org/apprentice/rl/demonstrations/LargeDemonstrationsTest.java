package org.apprentice.rl.demonstrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own, with less heap than the frames would take. */
class LargeDemonstrationsTest {
  @TempDir Path folder;

  private String run(int frames, int megabytes) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + megabytes + "m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LargeDemonstrations.class.getName(),
                folder.resolve("large.npz").toString(),
                String.valueOf(frames))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void framesNeedNotFitIntoMemory() throws IOException, InterruptedException {
    // 35 MB of frames, of which stacks would take 141 MB
    assertThat(run(5005, 24)).contains("frames 5005, rows 5000,", "sum 5000");
  }

  @Test
  @Tag("learning")
  void halfAMillionFramesTakeLessThanAGigabyteAndAHalf() throws IOException, InterruptedException {
    String output = run(500_500, 700);
    System.out.println(output);
    Matcher peak = Pattern.compile("VmHWM: (\\d+) kB").matcher(output);

    assertThat(output).contains("frames 500500, rows 500000,", "sum 500000");
    assertThat(peak.find()).as(output).isTrue();
    assertThat(Long.parseLong(peak.group(1))).isLessThan(1_500_000);
  }
}
