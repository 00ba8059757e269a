/** The form that stands alone on a page before somebody is logged in. */
import { Center, Paper, Stack, Title } from "@mantine/core";
import { type FormEventHandler, type ReactNode, useEffect } from "react";
import { useText } from "~/kit/text";

interface EntranceProps {
  title: string;
  onSubmit: FormEventHandler<HTMLFormElement>;
  children: ReactNode;
}

export function Entrance({ title, onSubmit, children }: EntranceProps) {
  const text = useText();
  const told = `${title} · ${text("app.name")}`;
  useEffect(() => {
    const before = document.title;
    document.title = told;
    return () => {
      document.title = before;
    };
  }, [told]);
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={420}>
        <form onSubmit={onSubmit}>
          <Stack>
            <Title order={1} size="h2">
              {title}
            </Title>
            {children}
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
