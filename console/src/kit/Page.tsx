/** What every page has: a title, which is also the tab's, actions beside it, and a body. */
import { Box, Group, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useText } from "./text";

interface PageProps {
  title: string;
  /** What stands beside the title when it has to be more than text, such as a state. */
  beside?: ReactNode;
  actions?: ReactNode;
  /** As wide as the window, for pages that show two things beside each other. */
  wide?: boolean;
  children: ReactNode;
}

export function Page({ title, beside, actions, wide, children }: PageProps) {
  const text = useText();
  useDocumentTitle(`${title} · ${text("app.name")}`);
  return (
    <Box p="md" maw={wide ? 1920 : 1280} mx="auto">
      <Group justify="space-between" mb="md" gap="sm">
        <Group gap="sm">
          <Title order={1} size="h2">
            {title}
          </Title>
          {beside}
        </Group>
        <Group gap="xs">{actions}</Group>
      </Group>
      {children}
    </Box>
  );
}
