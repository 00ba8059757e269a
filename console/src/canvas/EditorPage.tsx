/** The editor of a journey's draft. Where there is no draft, the published version is shown as it is. */
import { useParams, useSearchParams } from "react-router";
import { Answer } from "~/kit/Answer";
import { useDraft } from "./queries";
import { Workbench } from "./Workbench";

export function EditorPage() {
  const { id = "" } = useParams();
  const [search] = useSearchParams();
  const draft = useDraft(id);
  return (
    <Answer of={draft}>
      {(journey) => <Workbench key={journey.id} journey={journey} step={search.get("step")} />}
    </Answer>
  );
}
