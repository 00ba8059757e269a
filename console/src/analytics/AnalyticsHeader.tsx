/** The journey's name and state, how old the numbers are, and of which version and run they are. */
import { Anchor, Group, SegmentedControl, Select, Title } from "@mantine/core";
import { useIntl } from "react-intl";
import { Link } from "react-router";
import type { Journey } from "~/canvas/queries";
import { BackToJourneys } from "~/journeys/BackToJourneys";
import { LifeMenu } from "~/journeys/LifeMenu";
import { placesOf } from "~/journeys/places";
import { StateBadge } from "~/journeys/StateBadge";
import { useText } from "~/kit/text";
import { Freshness } from "./Freshness";
import type { Live } from "./live";
import { useRuns, useVersions } from "./queries";
import { useWhere, VIEWS, type View } from "./where";

interface AnalyticsHeaderProps {
  journey: Journey;
  live: Live;
  view: View;
}

export function AnalyticsHeader({ journey, live, view }: AnalyticsHeaderProps) {
  const text = useText();
  const { go } = useWhere();
  return (
    <div className="workbench-head">
      <BackToJourneys />
      <Title order={1} size="h4">
        {journey.name}
      </Title>
      <StateBadge state={live.numbers?.state ?? journey.state} />
      <Freshness live={live} />
      <Group gap="xs" ml="auto">
        <Versions journey={journey} />
        <SegmentedControl
          size="xs"
          aria-label={text("analytics.view")}
          value={view}
          data={VIEWS.map((one) => ({ value: one, label: text(`analytics.${one}`) }))}
          onChange={(chosen) => go({ view: chosen as View })}
        />
        <Anchor component={Link} to={`${placesOf(journey).open}?version=${journey.version}`} size="sm">
          {text("analytics.steps")}
        </Anchor>
        <LifeMenu journey={journey} />
      </Group>
    </div>
  );
}

/** Which version and run; a choice only where there is one. */
function Versions({ journey }: { journey: Journey }) {
  const text = useText();
  const intl = useIntl();
  const { where, go } = useWhere();
  const versions = (useVersions(journey.id).data ?? []).filter((one) => one.published_at);
  const version = where.version ?? journey.version;
  const runs = (useRuns(journey.id).data ?? []).filter((one) => one.version === version);
  const at = (instant: string) => intl.formatDate(instant, { dateStyle: "medium", timeStyle: "short" });
  return (
    <>
      {versions.length > 1 && (
        <Select
          size="xs"
          w={190}
          aria-label={text("analytics.version")}
          allowDeselect={false}
          value={`${version}`}
          data={[
            { value: "all", label: text("analytics.versionAll") },
            ...versions.toReversed().map((one) => ({
              value: `${one.version}`,
              label: text("analytics.versionNumber", { version: one.version }),
            })),
          ]}
          onChange={(chosen) =>
            go({ version: chosen === "all" ? "all" : Number(chosen), run: undefined, person: undefined })
          }
        />
      )}
      {runs.length > 1 && (
        <Select
          size="xs"
          w={210}
          aria-label={text("analytics.run")}
          allowDeselect={false}
          value={`${where.run ?? ""}`}
          data={[
            { value: "", label: text("analytics.runAll") },
            ...runs.toReversed().map((one) => ({
              value: `${one.run}`,
              label: text("analytics.runNumber", { run: one.run, at: at(one.starts_at) }),
            })),
          ]}
          onChange={(chosen) => go({ run: Number(chosen) || undefined, person: undefined })}
        />
      )}
    </>
  );
}
