import java.io.File;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.validators.ValidatorFactory;

/** Judges PDFs by veraPDF's own profiles, one line of JSON for each file and flavour: VeraCheck 3a,ua1 FILE... */
public class VeraCheck {
  private static final Map<String, String> PROFILES = Map.of("3a", "PDFA-3A", "3b", "PDFA-3B", "ua1", "PDFUA-1");

  private static final Map<String, ValidationProfile> READ = new HashMap<>();

  public static void main(String[] args) throws Exception {
    java.util.logging.LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    for (int i = 1; i < args.length; i++) {
      for (String flavour : args[0].split(",")) {
        System.out.println(judge(args[i], flavour));
      }
    }
  }

  private static String judge(String file, String flavour) {
    PDFAFlavour known = PDFAFlavour.byFlavourId(flavour);
    try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), known)) {
      PDFAValidator validator = ValidatorFactory.createValidator(profile(flavour), false);
      ValidationResult result = validator.validate(parser);
      Map<String, String> failed = new TreeMap<>();
      for (TestAssertion test : result.getTestAssertions()) {
        if (test.getStatus() == TestAssertion.Status.FAILED) {
          String clause = test.getRuleId().getClause() + "-" + test.getRuleId().getTestNumber();
          failed.putIfAbsent(clause, test.getMessage() + " @ " + test.getLocation().getContext());
        }
      }
      String faults = failed.entrySet().stream()
          .map(each -> quoted(each.getKey()) + ":" + quoted(each.getValue()))
          .collect(Collectors.joining(","));
      return "{\"file\":" + quoted(file) + ",\"flavour\":" + quoted(flavour) + ",\"compliant\":" + result.isCompliant()
          + ",\"assertions\":" + result.getTotalAssertions() + ",\"failed\":{" + faults + "}}";
    } catch (Exception fault) {
      return "{\"file\":" + quoted(file) + ",\"flavour\":" + quoted(flavour)
          + ",\"compliant\":false,\"assertions\":0,\"failed\":{\"not judged\":" + quoted(fault.toString()) + "}}";
    }
  }

  /** Read from the archive, once: its own directory of profiles needs classes it was shipped without. */
  private static ValidationProfile profile(String flavour) throws Exception {
    if (!READ.containsKey(flavour)) {
      String place = "/org/verapdf/pdfa/validation/" + PROFILES.get(flavour) + ".xml";
      try (InputStream rules = VeraCheck.class.getResourceAsStream(place)) {
        READ.put(flavour, Profiles.profileFromXml(rules));
      }
    }
    return READ.get(flavour);
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : String.valueOf(text).toCharArray()) {
      out.append(c == '"' || c == '\\' ? "\\" + c : c < ' ' ? " " : String.valueOf(c));
    }
    return out.append('"').toString();
  }
}
