/** The settings, one address for each part. */
import { Tabs } from "@mantine/core";
import { useNavigate, useParams } from "react-router";
import { Page } from "~/kit/Page";
import { useText } from "~/kit/text";
import { AttributesPart } from "./AttributesPart";
import { ChannelsPart } from "./ChannelsPart";
import { KeysPart } from "./KeysPart";
import { SendersPart } from "./SendersPart";
import { WorkspacePart } from "./WorkspacePart";

const PARTS = {
  workspace: WorkspacePart,
  attributes: AttributesPart,
  senders: SendersPart,
  channels: ChannelsPart,
  keys: KeysPart,
} as const;

type PartName = keyof typeof PARTS;

export function SettingsPage() {
  const text = useText();
  const navigate = useNavigate();
  const { part } = useParams();
  const shown: PartName = part && part in PARTS ? (part as PartName) : "workspace";
  const Part = PARTS[shown];
  return (
    <Page title={text("settings.title")}>
      <Tabs value={shown} onChange={(to) => navigate(`/settings/${to}`)} keepMounted={false}>
        <Tabs.List mb="md">
          {(Object.keys(PARTS) as PartName[]).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {text(`settings.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={shown} maw={760}>
          <Part />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
