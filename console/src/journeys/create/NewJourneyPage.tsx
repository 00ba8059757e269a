/** Making a journey: first what it is like, then what it is called and who starts it. The address says which step. */
import { useSearchParams } from "react-router";
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";
import { AboutForm } from "./AboutForm";
import { Gallery } from "./Gallery";
import { TEMPLATES } from "./templates";

export function NewJourneyPage() {
  const text = useText();
  const [address, setAddress] = useSearchParams();
  const chosen = address.get("template");
  return (
    <Page title={text("create.title")}>
      {chosen === null ? (
        <Gallery onChoose={(template) => setAddress({ template })} />
      ) : (
        <AboutForm
          key={chosen}
          template={TEMPLATES.find(({ id }) => id === chosen)}
          onBack={() => setAddress({})}
        />
      )}
    </Page>
  );
}
