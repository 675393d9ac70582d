import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ProblemNotice } from '../parts/notice.tsx';
import { Question } from '../parts/question.tsx';

interface Props {
  readonly ask: string;
  readonly title: string;
  readonly look?: 'main' | 'plain' | 'danger';
  /** Does it, under a key of its own: pressed twice it is done once. */
  readonly act: (idempotencyKey: string) => Promise<unknown>;
  /** What is looked at again afterwards, by the first word of its query. */
  readonly refresh: readonly string[];
  /** Empties the form, so that the next question begins anew. */
  readonly onDone?: () => void;
  readonly children?: ReactNode;
}

/** A decision with its question: asked, done, and what it changed looked at again. */
export function ActButton({ ask, title, look = 'plain', act, refresh, onDone, children }: Props) {
  const client = useQueryClient();
  const [keySeed] = useState(() => crypto.randomUUID());
  const [tries, setTries] = useState(0);
  const done = useMutation({
    mutationFn: () => act(`${keySeed}.${tries}`),
    // What was refused has changed nothing: another try says something else, and needs another key.
    onError: () => setTries(tries + 1),
    onSuccess: async () => {
      setTries(tries + 1);
      await client.invalidateQueries({ predicate: ({ queryKey }) => refresh.includes(String(queryKey[0])) });
      onDone?.();
    },
  });
  return (
    <Question
      ask={ask}
      title={title}
      confirm={ask}
      look={look}
      isPending={done.isPending}
      onOpen={() => done.reset()}
      onConfirm={() => done.mutateAsync()}
    >
      {children}
      <ProblemNotice error={done.error} />
    </Question>
  );
}
