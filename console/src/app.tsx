import { HttpError } from '@oazapfts/runtime';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { problemOf } from './api/problem.ts';
import { BrowserRouter, Route, Routes } from 'react-router';
import { NotFoundPage } from './parts/not-found-page.tsx';
import { FirmPage } from './public/firm-page.tsx';
import { HelpPage } from './public/help-page.tsx';
import { HomePage } from './public/home-page.tsx';
import { LinePage } from './public/line-page.tsx';
import { PhonePage } from './public/phone-page.tsx';
import { PublicShell } from './public/public-shell.tsx';
import { ReportPage } from './public/report-page.tsx';

/** Only who works here fetches the console. */
const Desk = lazy(() => import('./desk/desk.tsx'));

/** What the node refuses it refuses again; a broken line may hold the second time. */
function isWorthAnother(failures: number, error: unknown): boolean {
  const isRefusal = error instanceof HttpError && error.status < 500;
  return failures === 0 && !isRefusal;
}

const client: QueryClient = new QueryClient({
  defaultOptions: { queries: { retry: isWorthAnother } },
  // A session may end while its page stands open: then the console asks again who is there, and shows the door.
  queryCache: new QueryCache({
    onError: (error) => {
      if (problemOf(error).code === 'TOKEN_MISSING') void client.invalidateQueries({ queryKey: ['me'] });
    },
  }),
});

export function App() {
  return (
    <QueryClientProvider client={client}>
      <BrowserRouter>
        <Suspense fallback={null}>
          <Routes>
            <Route path="/console/*" element={<Desk />} />
            <Route element={<PublicShell />}>
              <Route index element={<HomePage />} />
              <Route path="phone" element={<PhonePage />} />
              <Route path="report" element={<ReportPage />} />
              <Route path="firm/:code?" element={<FirmPage />} />
              <Route path="line" element={<LinePage />} />
              <Route path="help" element={<HelpPage />} />
              <Route path="*" element={<NotFoundPage />} />
            </Route>
          </Routes>
        </Suspense>
      </BrowserRouter>
    </QueryClientProvider>
  );
}
