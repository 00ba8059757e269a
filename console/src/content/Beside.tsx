/** What is written, and beside it what becomes of it; below it on a narrow screen. */
import { Grid } from "@mantine/core";
import type { ReactNode } from "react";

interface BesideProps {
  left: ReactNode;
  right: ReactNode;
}

export function Beside({ left, right }: BesideProps) {
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 6 }}>{left}</Grid.Col>
      <Grid.Col span={{ base: 12, lg: 6 }}>
        <div style={{ position: "sticky", top: 68 }}>{right}</div>
      </Grid.Col>
    </Grid>
  );
}
