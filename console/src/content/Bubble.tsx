/** A message as a phone shows it. */
import { Box, Text } from "@mantine/core";

export function Bubble({ title, children }: { title?: string; children: string }) {
  return (
    <Box
      maw={340}
      p="sm"
      style={{
        borderRadius: 18,
        background: "light-dark(var(--mantine-color-gray-1), var(--mantine-color-dark-5))",
        overflowWrap: "anywhere",
      }}
    >
      {title && <Text fw={700}>{title}</Text>}
      <Text style={{ whiteSpace: "pre-wrap" }}>{children}</Text>
    </Box>
  );
}
