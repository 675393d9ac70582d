import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { HttpError } from '@oazapfts/runtime';
import { getPublicSite, getV1Me } from '../api/generated.ts';
import { problemOf } from '../api/problem.ts';

export type Site = Awaited<ReturnType<typeof getPublicSite>>;
export type Me = Awaited<ReturnType<typeof getV1Me>>;

/** Who nobody is, and who has given a password where more is asked for. */
export type SignInState = Me | 'nobody' | 'second-factor-missing';

/** Whose node this is and what is switched on. It does not change while a page is open. */
export function useSite(): Site | undefined {
  return useQuery({ queryKey: ['site'], queryFn: () => getPublicSite(), staleTime: Infinity }).data;
}

export function useSystem(name: string): boolean {
  return useSite()?.systems.includes(name) ?? false;
}

/** Who is signed in; undefined while that is being asked. */
export function useSignIn(): SignInState | undefined {
  return useSignInQuery().data;
}

export function useSignInQuery(): UseQueryResult<SignInState> {
  return useQuery({ queryKey: ['me'], queryFn: askWho, staleTime: 60_000, retry: false });
}

/** Whether the person's role is given an action. Hiding is a courtesy: the API refuses on its own. */
export function useMay(): (action: string) => boolean {
  const who = useSignIn();
  return (action) => typeof who === 'object' && who.may.includes(action);
}

/** Forgets everything that was seen as somebody else. */
export function useForget(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'site' && queryKey[0] !== 'me' });
    await client.invalidateQueries({ queryKey: ['me'] });
  };
}

async function askWho(): Promise<SignInState> {
  try {
    return await getV1Me();
  } catch (cause) {
    if (!(cause instanceof HttpError)) throw cause;
    if (problemOf(cause).code === 'SECOND_FACTOR_MISSING') return 'second-factor-missing';
    if (cause.status === 401) return 'nobody';
    throw cause;
  }
}
