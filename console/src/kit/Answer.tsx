/** A question to the server while it is open, when it failed, and once it is answered. */
import { Alert, Button, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Problems } from "./Problems";
import { useText } from "./text";
import { Waiting } from "./Waiting";

interface AnswerProps<T> {
  of: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}

export function Answer<T>({ of, children }: AnswerProps<T>) {
  const text = useText();
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) {
    return (
      <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={text("kit.failed")}>
        <Stack align="flex-start" gap="sm">
          <Problems of={of.error} />
          <Button variant="default" size="xs" onClick={() => void of.refetch()}>
            {text("kit.again")}
          </Button>
        </Stack>
      </Alert>
    );
  }
  return <Waiting />;
}
