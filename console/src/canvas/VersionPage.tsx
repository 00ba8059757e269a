/** A journey as it is, to look at: the newest published version, or the one that the address names. */
import { useParams, useSearchParams } from "react-router";
import { Answer } from "~/kit/Answer";
import { useVersion } from "./queries";
import { Workbench } from "./Workbench";

export function VersionPage() {
  const { id = "" } = useParams();
  const [search] = useSearchParams();
  const version = useVersion(id, Number(search.get("version")) || undefined);
  return (
    <Answer of={version}>
      {(journey) => (
        <Workbench
          key={`${journey.id} ${journey.version}`}
          journey={journey}
          step={search.get("step")}
          isReadOnly
        />
      )}
    </Answer>
  );
}
