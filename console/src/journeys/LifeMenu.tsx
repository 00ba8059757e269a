/** Everything that can be done to a journey in the state that it is in. */
import { ActionIcon, Menu } from "@mantine/core";
import {
  IconChartBar,
  IconCopy,
  IconDots,
  IconEdit,
  IconEye,
  IconGitBranch,
  IconHistory,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconSend,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import type { MessageId } from "~/app/english";
import { useText } from "~/kit/text";
import { type Action, LifeDialog } from "./LifeDialog";
import { placesOf } from "./places";
import { type Journey, useLife } from "./queries";

const RUNNING = ["Live", "Paused", "Completing"];

export function LifeMenu({ journey }: { journey: Journey }) {
  const text = useText();
  const navigate = useNavigate();
  const life = useLife(journey.id);
  const [asked, setAsked] = useState<Action | null>(null);
  const places = placesOf(journey);
  const isRunning = RUNNING.includes(journey.state);
  const edit = () => navigate(places.edit);
  const asks = (action: MessageId) => text("kit.asks", { action: text(action) });
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={text("journeys.actions", { name: journey.name })}
          >
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {journey.draft && (
            <Menu.Item leftSection={<IconEdit size={16} aria-hidden />} component={Link} to={places.edit}>
              {text("life.edit")}
            </Menu.Item>
          )}
          {journey.draft && (
            <Menu.Item leftSection={<IconSend size={16} aria-hidden />} component={Link} to={places.publish}>
              {asks("life.publish")}
            </Menu.Item>
          )}
          {journey.published_at && (
            <>
              <Menu.Item leftSection={<IconEye size={16} aria-hidden />} component={Link} to={places.open}>
                {text("life.open")}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconChartBar size={16} aria-hidden />}
                component={Link}
                to={places.analytics}
              >
                {text("life.analytics")}
              </Menu.Item>
            </>
          )}
          {journey.state === "Live" && !journey.draft && (
            <Menu.Item
              leftSection={<IconGitBranch size={16} aria-hidden />}
              onClick={() =>
                life.newVersion.mutate(undefined, { onSuccess: edit, onError: () => setAsked("newVersion") })
              }
            >
              {text("life.newVersion")}
            </Menu.Item>
          )}
          {(journey.state === "Live" || journey.state === "Completing") && (
            <Menu.Item
              leftSection={<IconPlayerPause size={16} aria-hidden />}
              onClick={() => setAsked("pause")}
            >
              {asks("life.pause")}
            </Menu.Item>
          )}
          {journey.state === "Paused" && (
            <Menu.Item
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
              onClick={() => setAsked("resume")}
            >
              {asks("life.resume")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => setAsked("copy")}>
            {asks("life.copy")}
          </Menu.Item>
          <Menu.Item leftSection={<IconHistory size={16} aria-hidden />} onClick={() => setAsked("history")}>
            {asks("life.history")}
          </Menu.Item>
          {isRunning && (
            <Menu.Item
              leftSection={<IconPlayerStop size={16} aria-hidden />}
              onClick={() => setAsked("stop")}
            >
              {asks("life.stop")}
            </Menu.Item>
          )}
          {!isRunning && journey.state !== "Stopping" && (
            <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsked("remove")}>
              {asks("life.remove")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {asked && <LifeDialog action={asked} journey={journey} life={life} onClose={() => setAsked(null)} />}
    </>
  );
}
