/** What keeps it from being Ready to send (C2), live, each with the way to where it is mended. */
import { Button, Group, List, Paper, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { Link } from "react-router";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import type { DraftPreview, Problem } from "./queries";

interface ChecksProps {
  preview: DraftPreview | undefined;
  error: unknown;
  goTo: (problem: Problem) => void;
}

export function Checks({ preview, error, goTo }: ChecksProps) {
  const text = useText();
  const problems = preview?.problems ?? [];
  return (
    <Paper component="section" withBorder p="sm" mb="md" aria-label={text("checks.title")}>
      <Group gap="xs" role="status">
        <Title order={2} size="h5">
          {text("checks.title")}
        </Title>
        {preview && problems.length > 0 && <IconAlertTriangle size={16} aria-hidden />}
        {preview && problems.length === 0 && <IconCircleCheck size={16} aria-hidden />}
        <Text size="sm">
          {preview &&
            (problems.length ? text("checks.count", { count: problems.length }) : text("checks.none"))}
        </Text>
      </Group>
      {error !== null && <Problems of={error} />}
      <List size="sm" listStyleType="none">
        {problems.map((problem) => (
          <List.Item key={`${problem.where} ${problem.code} ${problem.message}`} mt="xs">
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <span>
                {problem.message} {problem.advice}
              </span>
              <GoTo problem={problem} goTo={goTo} />
            </Group>
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}

function GoTo({ problem, goTo }: { problem: Problem; goTo: (problem: Problem) => void }) {
  const text = useText();
  const label = text("checks.goToWhat", { problem: problem.message });
  const look = {
    size: "compact-sm",
    variant: "default",
    "aria-label": label,
    style: { flexShrink: 0 },
  } as const;
  if (problem.where === "workspace") {
    return (
      <Button component={Link} to="/settings" {...look}>
        {text("checks.goTo")}
      </Button>
    );
  }
  return (
    <Button onClick={() => goTo(problem)} {...look}>
      {text("checks.goTo")}
    </Button>
  );
}
