/** How many people a condition holds for at this moment, and some of them: the answer before anything is saved (G6). */
import { Anchor, Card, List, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { type Question, usePreview } from "./queries";

export function Preview({ question }: { question: Question }) {
  const text = useText();
  const preview = usePreview(question);
  const found = preview.data;
  return (
    <Card withBorder component="section" aria-label={text("segments.sample")}>
      <Stack gap="xs">
        <Title order={2} size="h4" aria-live="polite">
          {found ? text("segments.wouldBe", { count: found.count }) : text("segments.counting")}
        </Title>
        {preview.error && <Problems of={preview.error} />}
        {found && found.sample.length > 0 && (
          <>
            <Text size="sm" c="dimmed">
              {text("segments.sample")}
            </Text>
            <List size="sm" listStyleType="none" spacing={4}>
              {found.sample.map((one) => (
                <List.Item key={one.person}>
                  <Anchor component={Link} to={`/people/${one.person}`}>
                    {one.key}
                  </Anchor>
                </List.Item>
              ))}
            </List>
          </>
        )}
      </Stack>
    </Card>
  );
}
