/** How far an import is, and what it came to. */
import { Alert, Anchor, Button, Group, Progress, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { FormattedNumber } from "react-intl";
import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { useText } from "~/kit/text";
import { useProgress } from "./queries";

export function Running() {
  const text = useText();
  const progress = useProgress();
  const rows = progress.data && !progress.data.finished_at ? progress.data.rows : 0;
  return (
    <Stack gap={4}>
      <Progress.Root>
        <Progress.Section value={100} animated aria-label={text("import.start")} />
      </Progress.Root>
      <Text size="sm" aria-live="polite">
        {text("import.running", { rows })}
      </Text>
    </Stack>
  );
}

interface ImportedProps {
  found: Schemas["ImportAnswer"];
  onAgain(): void;
}

export function Imported({ found, onAgain }: ImportedProps) {
  const text = useText();
  return (
    <Stack maw={800}>
      <Title order={2} size="h3">
        {text("import.done", { source: found.source })}
      </Title>
      {found.failure && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />}>
          {text("import.failure", { failure: found.failure })}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {(["accepted", "updated", "unchanged", "rejected"] as const).map((name) => (
          <div key={name}>
            <Text size="xl" fw={700}>
              <FormattedNumber value={found[name]} />
            </Text>
            <Text size="sm">{text(`import.${name}`)}</Text>
          </div>
        ))}
      </SimpleGrid>
      {found.rejected > 0 && (
        <Anchor href={`/api/v1/people/imports/${found.id}/rejected`} download>
          {text("import.download")}
        </Anchor>
      )}
      <Group>
        <Button component={Link} to={`/people?audience=${found.audience}`}>
          {text("import.see")}
        </Button>
        <Button variant="default" onClick={onAgain}>
          {text("import.again")}
        </Button>
      </Group>
    </Stack>
  );
}
