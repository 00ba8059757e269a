/** The segments that a person is a member of now. */
import { Anchor, Card, Group, Text, Title } from "@mantine/core";
import { useIntl } from "react-intl";
import { Link } from "react-router";
import { Answer } from "~/kit/Answer";
import { useText } from "~/kit/text";
import { useMemberships } from "./queries";

export function Memberships({ person }: { person: string }) {
  const text = useText();
  const intl = useIntl();
  const memberships = useMemberships(person);
  return (
    <Card withBorder component="section" aria-label={text("person.segments")}>
      <Title order={2} size="h4" mb="xs">
        {text("person.segments")}
      </Title>
      <Answer of={memberships}>
        {(found) => (
          <>
            {found.length === 0 && <Text c="dimmed">{text("person.noSegments")}</Text>}
            {found.map(({ segment, since }) => (
              <Group key={segment} gap="xs" justify="space-between">
                <Anchor component={Link} to={`/segments/${segment}`} style={{ overflowWrap: "anywhere" }}>
                  {segment}
                </Anchor>
                <Text size="sm" c="dimmed">
                  {text("person.since", { date: intl.formatDate(since, { dateStyle: "medium" }) })}
                </Text>
              </Group>
            ))}
          </>
        )}
      </Answer>
    </Card>
  );
}
