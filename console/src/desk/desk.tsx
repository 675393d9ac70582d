import { Navigate, Route, Routes } from 'react-router';
import { useSignInQuery } from '../session/session.ts';
import { AccountPage } from './account/account-page.tsx';
import { CampaignPage } from './campaigns/campaign-page.tsx';
import { CampaignsPage } from './campaigns/campaigns-page.tsx';
import { CellsPage } from './cells/cells-page.tsx';
import { ExposedPage } from './cells/exposed-page.tsx';
import { DeskShell } from './desk-shell.tsx';
import { FeedPage } from './feed/feed-page.tsx';
import { HomePage } from './home-page.tsx';
import { IncidentPage } from './incidents/incident-page.tsx';
import { IncidentsPage } from './incidents/incidents-page.tsx';
import { CasePage } from './phones/case-page.tsx';
import { CasesPage } from './phones/cases-page.tsx';
import { NewCasePage } from './phones/new-case-page.tsx';
import { RequestsPage } from './phones/requests-page.tsx';
import { LookUpsPage } from './look-ups/look-ups-page.tsx';
import { NotFoundPage } from '../parts/not-found-page.tsx';
import { ApplicationPage } from './senders/application-page.tsx';
import { QuarantinedMemberPage } from './quarantine/member-page.tsx';
import { QuarantinePage } from './quarantine/quarantine-page.tsx';
import { SendersPage } from './senders/senders-page.tsx';
import { NotThere } from './not-there.tsx';
import { SignInPage } from './sign-in-page.tsx';

/** The console: nothing of it shows to who is not signed in. */
export default function Desk() {
  const query = useSignInQuery();
  const who = query.data;
  if (who === undefined) return <NotThere error={query.error} onAgain={() => void query.refetch()} />;
  if (who === 'nobody') {
    return (
      <Routes>
        <Route path="sign-in" element={<SignInPage />} />
        <Route path="*" element={<Navigate to="/console/sign-in" replace />} />
      </Routes>
    );
  }
  return (
    <Routes>
      <Route path="sign-in" element={<Navigate to="/console" replace />} />
      <Route element={<DeskShell />}>
        {who === 'second-factor-missing' ? <Route path="*" element={<AccountPage />} /> : ROOMS}
      </Route>
    </Routes>
  );
}

const ROOMS = (
  <>
    <Route index element={<HomePage />} />
    <Route path="phones" element={<CasesPage />} />
    <Route path="phones/new" element={<NewCasePage />} />
    <Route path="phones/requests" element={<RequestsPage />} />
    <Route path="phones/:number" element={<CasePage />} />
    <Route path="senders" element={<SendersPage />} />
    <Route path="senders/:number" element={<ApplicationPage />} />
    <Route path="campaigns" element={<CampaignsPage />} />
    <Route path="campaigns/:campaign" element={<CampaignPage />} />
    <Route path="cells" element={<CellsPage />} />
    <Route path="exposed" element={<ExposedPage />} />
    <Route path="incidents" element={<IncidentsPage />} />
    <Route path="incidents/:incident" element={<IncidentPage />} />
    <Route path="quarantine" element={<QuarantinePage />} />
    <Route path="quarantine/:member" element={<QuarantinedMemberPage />} />
    <Route path="feed" element={<FeedPage />} />
    <Route path="look-ups" element={<LookUpsPage />} />
    <Route path="account" element={<AccountPage />} />
    <Route path="*" element={<NotFoundPage />} />
  </>
);
