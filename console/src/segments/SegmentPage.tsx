/** One segment: its condition with a live count, its members, and its life. */
import { Box, Button, Group, Tabs } from "@mantine/core";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { Answer } from "~/kit/Answer";
import { Confirm } from "~/kit/Confirm";
import { Page } from "~/kit/Page";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { Members } from "./Members";
import { type Segment, useSegment, useSegmentChanges } from "./queries";
import { SegmentForm } from "./SegmentForm";
import { SegmentState } from "./SegmentsPage";

export function SegmentPage() {
  const { name = "" } = useParams();
  const segment = useSegment(name);
  return <Answer of={segment}>{(found) => <Shown key={found.name} segment={found} />}</Answer>;
}

function Shown({ segment }: { segment: Segment }) {
  const text = useText();
  const [address, setAddress] = useSearchParams();
  const tab = address.get("show") === "members" ? "members" : "condition";
  return (
    <Page
      title={segment.name}
      beside={<SegmentState state={segment.state} />}
      actions={<Actions segment={segment} />}
    >
      <Tabs
        value={tab}
        onChange={(to) => setAddress(to === "members" ? { show: to } : {})}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="condition">{text("segments.condition")}</Tabs.Tab>
          <Tabs.Tab value="members">{text("segments.members")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="condition">
          <SegmentForm segment={segment} />
        </Tabs.Panel>
        <Tabs.Panel value="members">
          <Members segment={segment} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Actions({ segment: { name, state } }: { segment: Segment }) {
  const text = useText();
  const navigate = useNavigate();
  const { goLive, stop, remove } = useSegmentChanges();
  const [asked, setAsked] = useState<"stop" | "remove" | null>(null);
  const close = () => setAsked(null);
  return (
    <Group gap="xs">
      {goLive.error && (
        <Box role="alert">
          <Problems of={goLive.error} />
        </Box>
      )}
      {state === "Live" ? (
        <Button variant="default" onClick={() => setAsked("stop")}>
          {text("segments.stop")}
        </Button>
      ) : (
        <Button loading={goLive.isPending} onClick={() => goLive.mutate(name)}>
          {text("segments.goLive")}
        </Button>
      )}
      <Button variant="default" onClick={() => setAsked("remove")}>
        {text("kit.delete")}
      </Button>
      {asked === "stop" && (
        <Confirm
          danger
          title={text("segments.stopTitle", { name })}
          hint={text("segments.stopHint")}
          action={text("segments.stop")}
          pending={stop.isPending}
          error={stop.error}
          onConfirm={() => stop.mutate(name, { onSuccess: close })}
          onClose={close}
        />
      )}
      {asked === "remove" && (
        <Confirm
          danger
          title={text("segments.removeTitle", { name })}
          hint={text("segments.removeHint")}
          action={text("kit.delete")}
          pending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(name, { onSuccess: () => navigate("/segments") })}
          onClose={close}
        />
      )}
    </Group>
  );
}
