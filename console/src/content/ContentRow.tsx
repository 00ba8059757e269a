/** One content in the list: what it is, how it stands, who uses it, and what can be done to it. */
import { Anchor, Group, Table, Text } from "@mantine/core";
import { FormattedDate } from "react-intl";
import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { useText } from "~/kit/text";
import { ContentMenu } from "./ContentMenu";
import { ContentState, KindName } from "./kinds";
import type { ContentSummary } from "./queries";

interface ContentRowProps {
  content: ContentSummary;
  audiences: Schemas["AudienceAnswer"][];
}

export function ContentRow({ content, audiences }: ContentRowProps) {
  const text = useText();
  const changed = content.ready_at ?? content.changed_at;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={`/content/${content.name}`} fw={600}>
          {content.name}
        </Anchor>
        {content.state === "Draft" && content.sendable && (
          <Text size="xs" c="dimmed">
            {text("content.draftBeside")}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <KindName kind={content.kind} />
      </Table.Td>
      <Table.Td>
        {audiences.find(({ name }) => name === content.audience)?.label ?? content.audience}
      </Table.Td>
      <Table.Td>
        <ContentState state={content.state} />
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {content.used_by.map((journey) => (
            <Anchor key={journey.id} component={Link} to={`/journeys/${journey.id}`} size="sm">
              {journey.name}
            </Anchor>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>
        <FormattedDate value={changed} dateStyle="medium" timeStyle="short" />
      </Table.Td>
      <Table.Td>
        <Group justify="flex-end">
          <ContentMenu name={content.name} />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
