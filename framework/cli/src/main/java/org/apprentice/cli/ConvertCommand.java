package org.apprentice.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationReport;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.demonstrations.Pictures;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Grayscale;
import org.apprentice.spi.ImageSpace;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code apprentice convert SOURCE -o FILE}. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Writes demonstrations of any form, such as folders of pictures, as npz:",
      "pictures then need not be decoded again for every run."
    })
final class ConvertCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "Demonstrations: npz, observations_NAME.csv, or a folder.")
  private Path source;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "The npz file to write; observations_NAME.csv for text.")
  private Path output;

  @Option(
      names = "--for",
      paramLabel = "EXPERIMENT",
      description = {
        "Make pictures what this experiment's environment shows: gray, smaller, stacked.",
        "Without it they stay as they are."
      })
  private Path experiment;

  @Option(
      names = "--form",
      paramLabel = "FORM",
      converter = FormConverter.class,
      defaultValue = "auto",
      description = "What pictures are: auto, colour or stacked (default: ${DEFAULT-VALUE}).")
  private Pictures.Form form;

  @Option(
      names = "--gray",
      paramLabel = "WEIGHTS",
      converter = WeightsConverter.class,
      defaultValue = "rec-601",
      description =
          "What colours count: rec-601, rec-709 or rounded-709 (default: ${DEFAULT-VALUE}).")
  private Grayscale.Weights gray;

  @Override
  public Integer call() {
    Demonstrations demonstrations =
        DemonstrationFile.read(source, new Pictures(form, gray), shown());
    DemonstrationFile.write(output, demonstrations);
    System.out.println(output);
    System.out.print(DemonstrationReport.of(demonstrations).text());
    return 0;
  }

  private Optional<ImageSpace> shown() {
    if (experiment == null) {
      return Optional.empty();
    }
    EnvironmentSpec environment =
        options
            .composer()
            .compose(CommonOptions.existing(experiment), List.of())
            .trials()
            .get(0)
            .experiment()
            .environment()
            .spec();
    if (environment.observationSpace() instanceof ImageSpace image) {
      return Optional.of(image);
    }
    throw new UsageException(
        "--for %s: its environment shows %s, no pictures"
            .formatted(experiment, environment.observationSpace()));
  }

  /** As experiment files write it. */
  static final class FormConverter implements ITypeConverter<Pictures.Form> {
    @Override
    public Pictures.Form convert(String value) {
      return constant(Pictures.Form.class, value);
    }
  }

  /** As experiment files write them. */
  static final class WeightsConverter implements ITypeConverter<Grayscale.Weights> {
    @Override
    public Grayscale.Weights convert(String value) {
      return constant(Grayscale.Weights.class, value);
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String value) {
    try {
      return Enum.valueOf(type, value.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "found '%s', expected one of %s"
              .formatted(
                  value,
                  Arrays.toString(type.getEnumConstants())
                      .toLowerCase(Locale.ROOT)
                      .replace('_', '-')));
    }
  }
}
