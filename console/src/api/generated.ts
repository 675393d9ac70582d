/* oxlint-disable */
/**
 * Bongsu: a member’s API
 * 1.0.0
 * DO NOT MODIFY - This file has been generated using oazapfts.
 * See https://www.npmjs.com/package/oazapfts
 */
import * as Oazapfts from "@oazapfts/runtime";
import * as QS from "@oazapfts/runtime/query";
export const defaults: Oazapfts.Defaults<Oazapfts.CustomHeaders> = {
    headers: {},
    baseUrl: "/"
};
const oazapfts = Oazapfts.runtime(defaults);
export const servers = {};
export type Problem = {
    "type": string;
    title: string;
    status: number;
    /** What the caller can do. */
    detail: string;
    /** Stable: docs/errors.md lists them all. */
    code: string;
    [key: string]: any;
};
/**
 * This member’s log (C2SP tlog-tiles)
 */
export function getLogBy($: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: any;
    } | {
        status: number;
        data: Problem;
    }>(`/log/${encodeURIComponent($)}`, {
        ...opts
    }));
}
/**
 * This node’s copy of another member’s log
 */
export function getMirrorsByMemberAnd(member: string, $: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: any;
    } | {
        status: number;
        data: Problem;
    }>(`/mirrors/${encodeURIComponent(member)}/${encodeURIComponent($)}`, {
        ...opts
    }));
}
/**
 * Who takes part, and how far this node has verified each log
 */
export function getV1Members(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            members: {
                name: string;
                roles: string[];
                /** Entries of its log that this node has verified. */
                size: number;
                /** When its log was last verified to be current. */
                verifiedAt?: string;
                /** The code of what is wrong with its log. */
                fault?: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/members", {
        ...opts
    }));
}
/**
 * Whether this node does its work
 */
export function getHealthz(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            ok: boolean;
            [key: string]: any;
        };
    } | {
        status: 503;
        data: {
            ok: boolean;
            [key: string]: any;
        };
    }>("/healthz", {
        ...opts
    }));
}
/**
 * Counters and gauges, as Prometheus text
 */
export function getMetrics(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchText("/metrics", {
        ...opts
    }));
}
/**
 * This description
 */
export function getOpenapiJson(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchText("/openapi.json", {
        ...opts
    }));
}
/**
 * Say whether a phone is blocked
 */
export function postPublicPhoneChecks(body: {
    /** 14, 15 or 16 digits: *#06# on the phone shows them. */
    imei: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            /** Whether a gate of this network refuses the phone. Not why, nor for whom. */
            blocked: boolean;
        };
    } | {
        status: number;
        data: Problem;
    }>("/public/phone-checks", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Ask for one’s own phone to be blocked: an agent calls back first
 */
export function postPublicPhoneRequests(body: {
    /** 14, 15 or 16 digits: *#06# on the phone shows them. */
    imei: string;
    /** One of: stolen, lost. */
    reason: string;
    occurredOn?: string;
    name: string;
    contact: string;
    note?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            /** What to name when an agent calls back. */
            request: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/public/phone-requests", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * What this node’s pages show
 */
export function getPublicSite(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            member: string;
            contactLine: string;
            provider?: {
                id: string;
                name: string;
            };
            /** Of: certificates, senders, campaigns, cells, exposed-lists, incidents, line-checks */
            systems: string[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/public/site", {
        ...opts
    }));
}
/**
 * Have a one-time code sent to a line
 */
export function postLineChecks(body: {
    /** A telephone number as people write it. */
    line: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: {
            check: string;
            expiresAt: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/line-checks", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Whether the line was exposed: once, for the code
 */
export function postLineChecksByCheckAnswer(check: string, body: {
    /** As the text to the line says. */
    code: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            exposed: boolean;
            incidents: {
                incident: string;
                items: string[];
                firstDay: string;
                lastDay: string;
            }[];
            /** A number to call, at any hour. */
            contact: string;
            /** For requests about this line, for a while. */
            token: string;
            tokenExpiresAt: string;
            /** Makes every answer as long as any other. */
            padding: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/line-checks/${encodeURIComponent(check)}/answer`, oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Ask for a USIM, or report damage, for the proven line
 */
export function postLineChecksByCheckRequests(check: string, body: {
    kind: "usim";
    /** One of: shop, courier, visit. */
    way: string;
    shop: string;
    /** For a courier or a visit. Private. */
    address?: string;
    incident: string;
    name?: string;
    contact?: string;
    /** Who acts for the person. Private. */
    proxy?: {
        name: string;
        relation: string;
        contact?: string;
        /** Required of a proxy. */
        consent?: {
            /** One of: written, recorded-call, in-person, legal-guardian. */
            form: string;
            /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
            givenAt: string;
        };
    };
    help?: {
        /** One of: self, counter, telephone, visit. */
        channel?: string;
        /** One of: ko, en. */
        language?: string;
        largeType?: boolean;
    };
    /** Of the answer of the self-check. */
    token: string;
} | {
    kind: "damage";
    what: string;
    paymentId?: string;
    won?: number;
    incident: string;
    name?: string;
    contact?: string;
    /** Who acts for the person. Private. */
    proxy?: {
        name: string;
        relation: string;
        contact?: string;
        /** Required of a proxy. */
        consent?: {
            /** One of: written, recorded-call, in-person, legal-guardian. */
            form: string;
            /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
            givenAt: string;
        };
    };
    help?: {
        /** One of: self, counter, telephone, visit. */
        channel?: string;
        /** One of: ko, en. */
        language?: string;
        largeType?: boolean;
    };
    /** Of the answer of the self-check. */
    token: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            request: string;
            kind: string;
            requestState: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/line-checks/${encodeURIComponent(check)}/requests`, oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Whether a notice is real
 */
export function postNoticeChecks(body: {
    /** A telephone number as people write it. */
    line: string;
    /** As the notice says. */
    code: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            /** real: we sent it to this line. none: we did not. */
            notice: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/notice-checks", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * The genesis checkpoint, to be compared with one’s own
 */
export function getGovernanceGenesis(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: any;
    } | {
        status: number;
        data: Problem;
    }>("/governance/genesis", {
        ...opts
    }));
}
/**
 * Append a proposal that enough members have signed
 */
export function postGovernanceProposals(body: any, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            /** The entry of the governance log. */
            index: number;
            /** Entries of the governance log with it. */
            size: number;
            /** Whether it was appended now; false where it stood there already. */
            isNew: boolean;
        };
    } | {
        status: number;
        data: Problem;
    }>("/governance/proposals", {
        ...opts,
        method: "POST",
        body
    }));
}
/**
 * The governance log (C2SP tlog-tiles)
 */
export function getGovernanceBy($: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: any;
    } | {
        status: number;
        data: Problem;
    }>(`/governance/${encodeURIComponent($)}`, {
        ...opts
    }));
}
/**
 * Have a checkpoint cosigned (C2SP tlog-witness)
 */
export function postWitnessAddCheckpoint(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: string;
    } | {
        status: 409;
        data: string;
    } | {
        status: number;
        data: Problem;
    }>("/witness/add-checkpoint", {
        ...opts,
        method: "POST"
    }));
}
/**
 * The checkpoint that was cosigned last (C2SP tlog-witness)
 */
export function getWitnessByOriginHashCheckpoint(originHash: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: string;
    } | {
        status: number;
        data: Problem;
    }>(`/witness/${encodeURIComponent(originHash)}/checkpoint`, {
        ...opts
    }));
}
/**
 * Register a firm that sends bulk text, and get its token
 */
export function postV1Firms(body: {
    /** As registered. The certificate shows it to anybody. */
    name: string;
    /** Private. */
    representative: string;
    /** Private. */
    phone: string;
    /** Private. */
    officeAddress: string;
    /** Private: kept as a keyed hash alone. */
    bankAccount: string;
    /** Ten digits. */
    businessNumber: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            firm: string;
            /** Of the role `firm`. Shown once and kept nowhere. */
            token: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/firms", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * How a firm’s certificate stands, and by which entries
 */
export function getCertificatesByCode(code: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            certificate: string;
            firm: string;
            originator: string;
            issuer: string;
            priority: string;
            /** certified, rate-limited, suspended, cancelled, expired */
            state: string;
            maySend: boolean;
            permille: number;
            reason?: string;
            since: string;
            validUntil?: string;
            entries: {
                member: string;
                index: number;
                /** The log had this size when this node last folded it. */
                checkpointSize: number;
                /** Where the member serves its log (C2SP tlog-tiles). */
                log: string;
                /** Where this node serves the same log. */
                mirror: string;
                /** Where this node gives the receipt: it proves, offline, what the entry says. */
                receipt: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/certificates/${encodeURIComponent(code)}`, {
        ...opts
    }));
}
/**
 * The proof of how a certificate stands: the receipt of the entry that says so
 */
export function getCertificatesByCodeReceipt(code: string, { index }: {
    index?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: string;
    } | {
        status: number;
        data: Problem;
    }>(`/certificates/${encodeURIComponent(code)}/receipt${QS.query(QS.explode({
        index
    }))}`, {
        ...opts
    }));
}
/**
 * Which certificates bear an originator code
 */
export function getCertificates(originator: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            certificates: {
                certificate: string;
                firm: string;
                originator: string;
                issuer: string;
                priority: string;
                /** certified, rate-limited, suspended, cancelled, expired */
                state: string;
                maySend: boolean;
                permille: number;
                reason?: string;
                since: string;
                validUntil?: string;
                entries: {
                    member: string;
                    index: number;
                    /** The log had this size when this node last folded it. */
                    checkpointSize: number;
                    /** Where the member serves its log (C2SP tlog-tiles). */
                    log: string;
                    /** Where this node serves the same log. */
                    mirror: string;
                    /** Where this node gives the receipt: it proves, offline, what the entry says. */
                    receipt: string;
                }[];
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/certificates${QS.query(QS.explode({
        originator
    }))}`, {
        ...opts
    }));
}
/**
 * Hints of new checkpoints, as server-sent events
 */
export function getHints(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchText("/hints", {
        ...opts
    }));
}
/**
 * Report one device or several
 */
export function postV1DeviceCases(body: {
    /** All numbers of one phone, or several. */
    devices: string[];
    /** One of: stolen, lost, fraud, counterfeit, tampered, duplicated, non-payment, faulty, regulatory, other. */
    reason: string;
    /** One of: blocked, tracked. */
    listing?: string;
    /** RFC 3339 with an offset, or a day alone. */
    occurredAt?: string;
    /** Private. */
    place?: string;
    /** Private. */
    policeReference?: string;
    /** Private. */
    note?: string;
    /** Who asked. Private: it never leaves the member. */
    requester?: {
        name?: string;
        contact?: string;
        /** Owner, parent, courier, police … */
        relation?: string;
        /** How their right was checked: identity card, contract … */
        rightChecked?: string;
    };
    /** Take an IMEI whose check digit does not fit: somebody has looked again. */
    acceptCheckDigit?: boolean;
    /** List an IMEI that many phones may bear, such as one of a test device. Supervisors only. */
    acceptShared?: boolean;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            "case": string;
            status: string;
            warnings: {
                code: string;
                field: string;
                imei: string;
            }[];
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
                /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                quarantined?: boolean;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/device-cases", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * List cases, newest first
 */
export function getV1DeviceCases({ status, kind, since, before, limit }: {
    status?: string;
    kind?: string;
    since?: string;
    before?: string;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            cases: {
                "case": string;
                kind: string;
                status: string;
                createdAt: string;
                createdBy: string;
                occurredAt?: string;
                statements: {
                    kind: string;
                    imei?: string;
                    tac?: string;
                    "from"?: string;
                    to?: string;
                    reason?: string;
                    /** Gates act on it. */
                    standing: boolean;
                    /** A regulator has ended it. */
                    overruled?: boolean;
                    /** Members that have struck it. */
                    struckBy?: string[];
                    /** For another reason the logs hold it no more. */
                    lapsed?: boolean;
                    /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                    quarantined?: boolean;
                    /** Its member has released it: gates act on that once witnesses have seen it. */
                    releaseWaiting?: boolean;
                    entry?: {
                        member: string;
                        index: number;
                    };
                    endedAt?: string;
                    endReason?: string;
                    endEntry?: {
                        member: string;
                        index: number;
                    };
                }[];
            }[];
            /** Ask for the page `before` this one. */
            next?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/device-cases${QS.query(QS.explode({
        status,
        kind,
        since,
        before,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * Report the rows of a CSV file, a case each
 */
export function postV1DeviceCasesImport(body: any, { partial, acceptCheckDigit, acceptShared, idempotencyKey }: {
    partial?: boolean;
    acceptCheckDigit?: boolean;
    acceptShared?: boolean;
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            reported: number;
            refused: number;
            rows: {
                row: number;
                line: number;
                /** reported, or refused */
                status: string;
                "case"?: string;
                warnings?: {
                    code: string;
                    field: string;
                    imei: string;
                }[];
                entries?: {
                    kind: string;
                    entry: {
                        member: string;
                        index: number;
                    };
                    /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                    quarantined?: boolean;
                }[];
                fault?: {
                    code: string;
                    [key: string]: any;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/device-cases/import${QS.query(QS.explode({
        partial,
        acceptCheckDigit,
        acceptShared
    }))}`, {
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * Find cases by IMEI, number, police reference or contact
 */
export function postV1DeviceCasesSearch(body: {
    /** 14, 15 or 16 digits; spaces and dashes between them are ignored. */
    imei?: string;
    "case"?: string;
    policeReference?: string;
    /** As a whole; no part of it matches. */
    contact?: string;
    /** The case for which somebody is looked up: a device case, an incident or a request about that person. */
    forCase?: string;
    before?: string;
    limit?: number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            cases: {
                "case": string;
                kind: string;
                status: string;
                createdAt: string;
                createdBy: string;
                occurredAt?: string;
                statements: {
                    kind: string;
                    imei?: string;
                    tac?: string;
                    "from"?: string;
                    to?: string;
                    reason?: string;
                    /** Gates act on it. */
                    standing: boolean;
                    /** A regulator has ended it. */
                    overruled?: boolean;
                    /** Members that have struck it. */
                    struckBy?: string[];
                    /** For another reason the logs hold it no more. */
                    lapsed?: boolean;
                    /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                    quarantined?: boolean;
                    /** Its member has released it: gates act on that once witnesses have seen it. */
                    releaseWaiting?: boolean;
                    entry?: {
                        member: string;
                        index: number;
                    };
                    endedAt?: string;
                    endReason?: string;
                    endEntry?: {
                        member: string;
                        index: number;
                    };
                }[];
            }[];
            /** Ask for the page `before` this one. */
            next?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/device-cases/search", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Show a case, private fields included
 */
export function getV1DeviceCasesByNumber($number: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            "case": string;
            kind: string;
            status: string;
            createdAt: string;
            createdBy: string;
            occurredAt?: string;
            statements: {
                kind: string;
                imei?: string;
                tac?: string;
                "from"?: string;
                to?: string;
                reason?: string;
                /** Gates act on it. */
                standing: boolean;
                /** A regulator has ended it. */
                overruled?: boolean;
                /** Members that have struck it. */
                struckBy?: string[];
                /** For another reason the logs hold it no more. */
                lapsed?: boolean;
                /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                quarantined?: boolean;
                /** Its member has released it: gates act on that once witnesses have seen it. */
                releaseWaiting?: boolean;
                entry?: {
                    member: string;
                    index: number;
                };
                endedAt?: string;
                endReason?: string;
                endEntry?: {
                    member: string;
                    index: number;
                };
            }[];
            place?: string;
            policeReference?: string;
            note?: string;
            imsi?: string;
            requester?: {
                name?: string;
                contact?: string;
                relation?: string;
                rightChecked?: string;
            };
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/device-cases/${encodeURIComponent($number)}`, {
        ...opts
    }));
}
/**
 * Correct a case
 */
export function patchV1DeviceCasesByNumber($number: string, body: {
    /** One of: stolen, lost, fraud, counterfeit, tampered, duplicated, non-payment, faulty, regulatory, other. */
    reason?: string;
    /** One of: blocked, tracked. */
    listing?: string;
    /** RFC 3339 with an offset, or a day alone. */
    occurredAt?: string;
    /** IMEIs typed wrongly, and the right ones. */
    devices?: {
        /** 14, 15 or 16 digits; spaces and dashes between them are ignored. */
        wrong: string;
        /** 14, 15 or 16 digits; spaces and dashes between them are ignored. */
        right: string;
    }[];
    place?: string | null;
    policeReference?: string | null;
    note?: string | null;
    requester?: {
        name?: string | null;
        contact?: string | null;
        relation?: string | null;
        rightChecked?: string | null;
    } | null;
    /** Take an IMEI whose check digit does not fit: somebody has looked again. */
    acceptCheckDigit?: boolean;
    /** List an IMEI that many phones may bear, such as one of a test device. Supervisors only. */
    acceptShared?: boolean;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            "case": string;
            status: string;
            warnings: {
                code: string;
                field: string;
                imei: string;
            }[];
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
                /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                quarantined?: boolean;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/device-cases/${encodeURIComponent($number)}`, oazapfts.json({
        ...opts,
        method: "PATCH",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Release a case, or some of its devices
 */
export function postV1DeviceCasesByNumberRelease($number: string, body: {
    /** One of: recovered, withdrawn. */
    reason: string;
    /** Only these; all that still stand without it. */
    devices?: string[];
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            "case": string;
            status: string;
            warnings: {
                code: string;
                field: string;
                imei: string;
            }[];
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
                /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                quarantined?: boolean;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/device-cases/${encodeURIComponent($number)}/release`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Who decided what about a case
 */
export function getV1DeviceCasesByNumberHistory($number: string, { after, limit }: {
    after?: number;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            actions: {
                sequence: number;
                at: string;
                actor: string;
                role: string;
                action: string;
                "case"?: string;
                detail: {
                    [key: string]: any;
                };
            }[];
            /** Ask for the page `after` this one. */
            next?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/device-cases/${encodeURIComponent($number)}/history${QS.query(QS.explode({
        after,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * List a whole TAC, or a range inside one
 */
export function postV1DeviceListings(body: {
    /** 8 digits: every device of a type. */
    tac?: string;
    /** The first device of a range inside one TAC. */
    "from"?: string;
    /** The last device of the range. */
    to?: string;
    /** One of: stolen, lost, fraud, counterfeit, tampered, duplicated, non-payment, faulty, regulatory, other. */
    reason: string;
    /** One of: blocked, tracked. */
    listing?: string;
    /** RFC 3339 with an offset, or a day alone. */
    occurredAt?: string;
    /** Private. */
    place?: string;
    /** Private. */
    policeReference?: string;
    /** Private. */
    note?: string;
    /** Who asked. Private: it never leaves the member. */
    requester?: {
        name?: string;
        contact?: string;
        /** Owner, parent, courier, police … */
        relation?: string;
        /** How their right was checked: identity card, contract … */
        rightChecked?: string;
    };
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            "case": string;
            status: string;
            warnings: {
                code: string;
                field: string;
                imei: string;
            }[];
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
                /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                quarantined?: boolean;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/device-listings", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Exempt one device with one subscriber
 */
export function postV1Pairings(body: {
    /** 14, 15 or 16 digits; spaces and dashes between them are ignored. */
    imei: string;
    /** Private: the log holds only a tag of it. */
    imsi: string;
    /** Private. */
    place?: string;
    /** Private. */
    policeReference?: string;
    /** Private. */
    note?: string;
    /** Who asked. Private: it never leaves the member. */
    requester?: {
        name?: string;
        contact?: string;
        /** Owner, parent, courier, police … */
        relation?: string;
        /** How their right was checked: identity card, contract … */
        rightChecked?: string;
    };
    /** Take an IMEI whose check digit does not fit: somebody has looked again. */
    acceptCheckDigit?: boolean;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            "case": string;
            status: string;
            warnings: {
                code: string;
                field: string;
                imei: string;
            }[];
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
                /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                quarantined?: boolean;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/pairings", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * End a pairing
 */
export function deleteV1PairingsByNumber($number: string, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            "case": string;
            status: string;
            warnings: {
                code: string;
                field: string;
                imei: string;
            }[];
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
                /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                quarantined?: boolean;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/pairings/${encodeURIComponent($number)}`, {
        ...opts,
        method: "DELETE",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * Open this member’s gates to every device, or restore the check
 */
export function postV1GateOverride(body: {
    /** True: this member’s gates let every device through. False: they check again. */
    open: boolean;
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            "case": string;
            status: string;
            warnings: {
                code: string;
                field: string;
                imei: string;
            }[];
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
                /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                quarantined?: boolean;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/gate-override", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * End another member’s listing, as a regulator
 */
export function postV1Overrules(body: {
    member: string;
    /** The entry in that member’s log. */
    index: number;
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            "case": string;
            status: string;
            warnings: {
                code: string;
                field: string;
                imei: string;
            }[];
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
                /** It is beyond the budget of this member: in force nowhere until a register or regulator confirms it. */
                quarantined?: boolean;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/overrules", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * All that was done at this desk, oldest first
 */
export function getV1Journal({ after, since, actor, limit }: {
    after?: number;
    since?: string;
    actor?: string;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            actions: {
                sequence: number;
                at: string;
                actor: string;
                role: string;
                action: string;
                "case"?: string;
                detail: {
                    [key: string]: any;
                };
            }[];
            /** Ask for the page `after` this one. */
            next?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/journal${QS.query(QS.explode({
        after,
        since,
        actor,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * Explain how the gates answer for a device, and why
 */
export function getV1DevicesByImei(imei: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            imei: string;
            gates: {
                gate: string;
                /** What the network is told. */
                answer: string;
                /** What it would be told without shadow mode. */
                verdict: string;
                shadow: boolean;
                decidedBy: string;
                steps: {
                    name: string;
                    decides: boolean;
                    says: string;
                    entries: {
                        member: string;
                        index: number;
                    }[];
                }[];
                statements: {
                    member: string;
                    index: number;
                    scope: string;
                    kind: string;
                    reason: string;
                    countsAs: string;
                    quarantined: boolean;
                    stale: boolean;
                    logAgeMs?: number;
                }[];
            }[];
            entries: {
                member: string;
                index: number;
                statedAt: string;
                kind: string;
                reason?: string;
                imei?: string;
                tac?: string;
                "from"?: string;
                to?: string;
                occurredAt?: string;
                /** The case number at the member that stated it. */
                reference?: string;
                /** Its member has released it: gates act on that once witnesses have seen it. */
                releaseWaiting?: boolean;
            }[];
            /** The newest epoch, where this node holds no key of it: what is stated since counts for nothing here. */
            missingEpoch?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/devices/${encodeURIComponent(imei)}`, {
        ...opts
    }));
}
/**
 * Explain how the gates answer for a device with a subscriber
 */
export function postV1DeviceChecks(body: {
    imei: string;
    /** The subscriber, for pairings and IMSI ranges. */
    imsi?: string;
    /** The case for which somebody is looked up: a device case, an incident or a request about that person. */
    "case"?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            imei: string;
            gates: {
                gate: string;
                /** What the network is told. */
                answer: string;
                /** What it would be told without shadow mode. */
                verdict: string;
                shadow: boolean;
                decidedBy: string;
                steps: {
                    name: string;
                    decides: boolean;
                    says: string;
                    entries: {
                        member: string;
                        index: number;
                    }[];
                }[];
                statements: {
                    member: string;
                    index: number;
                    scope: string;
                    kind: string;
                    reason: string;
                    countsAs: string;
                    quarantined: boolean;
                    stale: boolean;
                    logAgeMs?: number;
                }[];
            }[];
            entries: {
                member: string;
                index: number;
                statedAt: string;
                kind: string;
                reason?: string;
                imei?: string;
                tac?: string;
                "from"?: string;
                to?: string;
                occurredAt?: string;
                /** The case number at the member that stated it. */
                reference?: string;
                /** Its member has released it: gates act on that once witnesses have seen it. */
                releaseWaiting?: boolean;
            }[];
            /** The newest epoch, where this node holds no key of it: what is stated since counts for nothing here. */
            missingEpoch?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/device-checks", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * What the gates refused or tracked
 */
export function getV1Refusals({ imei, since, limit, $case }: {
    imei?: string;
    since?: string;
    limit?: number;
    $case?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            refusals: {
                at: string;
                gate: string;
                imei: string;
                imsi: string;
                answer: string;
                shadow: boolean;
                caller: string;
                entries: {
                    member: string;
                    index: number;
                }[];
                /** The step that decided, where no entry says why. */
                decidedBy?: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/refusals${QS.query(QS.explode({
        imei,
        since,
        limit,
        "case": $case
    }))}`, {
        ...opts
    }));
}
/**
 * Who looked at whose data, newest first
 */
export function getV1LookUps({ actor, since, until, withoutCase, before, limit }: {
    actor?: string;
    since?: string;
    until?: string;
    withoutCase?: boolean;
    before?: number;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            lookUps: {
                lookUp: number;
                at: string;
                actor: string;
                role: string;
                /** As the journal names it. */
                action: string;
                /** The number looked up, or `imsi-` and an IMSI. */
                subject?: string;
                /** The case that was named, or the file that was opened. */
                "case"?: string;
                /** No case was named, or one that is no reason to look this person up. */
                withoutCase: boolean;
                refused: boolean;
            }[];
            /** Ask for the page `before` this one. */
            next?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/look-ups${QS.query(QS.explode({
        actor,
        since,
        until,
        withoutCase,
        before,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * A digest of all standing, and the sizes of the logs it rests on
 */
export function getV1StandingDigest(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            /** Entries of the governance log which standing rests on. */
            governance: number;
            logs: {
                member: string;
                /** Entries of that member’s log which standing rests on. */
                size: number;
                /** Those of them that have all taken effect: witnesses have seen them. */
                settledSize: number;
            }[];
            /** In hex. Two nodes with the same sizes, settled and of governance too, have the same digest. */
            sha256: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/standing-digest", {
        ...opts
    }));
}
/**
 * Make a token
 */
export function postV1Tokens(body: {
    /** Stands in the journal: name the desk or the person. Given once. */
    name: string;
    /** One of: agent, supervisor, auditor, privacy-officer, firm, merchant, feed. */
    role: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            name: string;
            role: string;
            /** Shown once and kept nowhere. */
            token: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/tokens", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * List tokens, in force and revoked
 */
export function getV1Tokens(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            tokens: {
                name: string;
                role: string;
                createdAt: string;
                createdBy: string;
                revokedAt?: string;
                lastUsedDay?: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/tokens", {
        ...opts
    }));
}
/**
 * Revoke a token
 */
export function deleteV1TokensByName(name: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            name: string;
            role: string;
            createdAt: string;
            createdBy: string;
            revokedAt?: string;
            lastUsedDay?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/tokens/${encodeURIComponent(name)}`, {
        ...opts,
        method: "DELETE"
    }));
}
/**
 * Who asks, and what they may do
 */
export function getV1Me(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            name: string;
            displayName?: string;
            role: string;
            /** How a session began; none for a token. */
            method?: string;
            hasSecondFactor?: boolean;
            /** The actions that this role is given. */
            may: string[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/me", {
        ...opts
    }));
}
/**
 * Make a person who may sign in
 */
export function postV1Users(body: {
    /** Stands in the journal. Given once. */
    name: string;
    /** One of: agent, supervisor, auditor, privacy-officer, firm, merchant, feed. */
    role: string;
    displayName?: string;
    /** As the sign-in provider knows it. */
    email?: string;
    /** One is made where none is given. */
    password?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            name: string;
            displayName: string;
            role: string;
            createdAt: string;
            createdBy: string;
            disabled: boolean;
            hasSecondFactor: boolean;
            /** Only where none was given. Shown once and kept nowhere. */
            password?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/users", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * List people who may sign in
 */
export function getV1Users(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            users: {
                name: string;
                displayName: string;
                role: string;
                createdAt: string;
                createdBy: string;
                disabled: boolean;
                hasSecondFactor: boolean;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/users", {
        ...opts
    }));
}
/**
 * Shut a person out, at once
 */
export function deleteV1UsersByName(name: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            name: string;
            displayName: string;
            role: string;
            createdAt: string;
            createdBy: string;
            disabled: boolean;
            hasSecondFactor: boolean;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/users/${encodeURIComponent(name)}`, {
        ...opts,
        method: "DELETE"
    }));
}
/**
 * List what people asked for on the public page
 */
export function getV1PhoneRequests({ state }: {
    state?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            waiting: number;
            requests: {
                request: string;
                state: string;
                createdAt: string;
                imei: string;
                reason: string;
                name: string;
                contact: string;
                occurredOn?: string;
                note?: string;
                "case"?: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/phone-requests${QS.query(QS.explode({
        state
    }))}`, {
        ...opts
    }));
}
/**
 * Report the phone, its owner’s right being proven
 */
export function postV1PhoneRequestsByRequestConfirm(request: string, body: {
    rightChecked: string;
    relation?: string;
    policeReference?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            request: string;
            state: string;
            "case"?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/phone-requests/${encodeURIComponent(request)}/confirm`, oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Close a request without a report
 */
export function postV1PhoneRequestsByRequestDecline(request: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            request: string;
            state: string;
            "case"?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/phone-requests/${encodeURIComponent(request)}/decline`, {
        ...opts,
        method: "POST"
    }));
}
/**
 * State that a cell is not to be trusted
 */
export function postV1CellDistrusts(body: {
    cell: string;
    /** RFC 3339 with an offset, or a day. */
    "from": string;
    /** RFC 3339 with an offset, or a day. */
    to?: string;
    /** One of: unregistered, cloned, moved, woken, other. */
    reason: string;
    /** Of a file that the member keeps; it is sealed in the member’s own log. */
    evidence?: {
        sha256: string;
        size: number;
    };
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            cell: string;
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/cell-distrusts", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * This member’s statements against cells, newest first
 */
export function getV1CellDistrusts({ cell, limit }: {
    cell?: string;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            distrusts: {
                cell: string;
                "from": string;
                to?: string;
                reason: string;
                evidence?: {
                    sha256: string;
                    size: number;
                };
                note?: string;
                createdAt: string;
                createdBy: string;
                standing: boolean;
                endedAt?: string;
                endedBy?: string;
                entry?: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/cell-distrusts${QS.query(QS.explode({
        cell,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * End what this member states against a cell
 */
export function postV1CellsByCellClear(cell: string, body: {
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            cell: string;
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/cells/${encodeURIComponent(cell)}/clear`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * What the watcher of cells has found, newest first
 */
export function getV1CellFindings({ withdrawn, limit }: {
    withdrawn?: boolean;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            findings: {
                rule: string;
                cell: string;
                reason: string;
                /** low, medium or high */
                confidence: string;
                first: string;
                last: string;
                evidence: {
                    [key: string]: number | boolean | string;
                };
                foundAt: string;
                seenAt: string;
                withdrawnAt?: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/cell-findings${QS.query(QS.explode({
        withdrawn,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * Look for cells that do not belong here, now
 */
export function postV1CellWatchRuns(body: {
    /** RFC 3339 with an offset, or a day. */
    since: string;
    /** RFC 3339 with an offset, or a day. */
    until: string;
    /** Payments that their lines say they did not make, by their identity in the records. */
    disputed?: string[];
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            findings: {
                rule: string;
                cell: string;
                reason: string;
                confidence: string;
                evidence: {
                    [key: string]: number | boolean | string;
                };
            }[];
            /** Earlier findings that no longer hold. */
            withdrawn: number;
            /** Disputed payments that the records do not have. */
            paymentsUnknown: number;
            /** Files that cannot be read and were left out. */
            damaged: string[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/cell-watch-runs", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Make a list, or the next version of one, from distrusted cells
 */
export function postV1ExposedLists(body: {
    list?: string;
    /** Of a new list. */
    title?: string;
    /** What of each person counts as exposed, of: imei, imsi, msisdn. */
    items?: string[];
    /** Only these distrusted cells. */
    cells?: string[];
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            list: string;
            version: number;
            madeAt: string;
            madeBy: string;
            items: string[];
            cells: string[];
            /** People on the list. */
            lines: number;
            added: number;
            /** People of whom more is exposed than the version before said. */
            grown: number;
            narrowed: number;
            /** People no longer on the list; each is there with the reason. */
            dropped: number;
            /** Of the canonical file; sealed in the member’s own log. */
            sha256: string;
            size: number;
            entry?: {
                member: string;
                index: number;
            };
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/exposed-lists", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * All lists and their versions, without anybody’s number
 */
export function getV1ExposedLists(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            lists: {
                list: string;
                title: string;
                createdAt: string;
                createdBy: string;
                versions: {
                    list: string;
                    version: number;
                    madeAt: string;
                    madeBy: string;
                    items: string[];
                    cells: string[];
                    /** People on the list. */
                    lines: number;
                    added: number;
                    /** People of whom more is exposed than the version before said. */
                    grown: number;
                    narrowed: number;
                    /** People no longer on the list; each is there with the reason. */
                    dropped: number;
                    /** Of the canonical file; sealed in the member’s own log. */
                    sha256: string;
                    size: number;
                    entry?: {
                        member: string;
                        index: number;
                    };
                }[];
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/exposed-lists", {
        ...opts
    }));
}
/**
 * One version, without anybody’s number
 */
export function getV1ExposedListsByListVersionsAndVersion(list: string, version: number, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            list: string;
            version: number;
            madeAt: string;
            madeBy: string;
            items: string[];
            cells: string[];
            /** People on the list. */
            lines: number;
            added: number;
            /** People of whom more is exposed than the version before said. */
            grown: number;
            narrowed: number;
            /** People no longer on the list; each is there with the reason. */
            dropped: number;
            /** Of the canonical file; sealed in the member’s own log. */
            sha256: string;
            size: number;
            entry?: {
                member: string;
                index: number;
            };
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exposed-lists/${encodeURIComponent(list)}/versions/${encodeURIComponent(version)}`, {
        ...opts
    }));
}
/**
 * A page of a version’s people; the journal notes who looked
 */
export function getV1ExposedListsByListVersionsAndVersionPeople(list: string, version: number, { offset, limit, changes }: {
    offset?: number;
    limit?: number;
    changes?: boolean;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            sha256: string;
            size: number;
            /** Of the canonical file: JSON texts. */
            lines: string[];
            /** The offset of the next page. */
            next?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exposed-lists/${encodeURIComponent(list)}/versions/${encodeURIComponent(version)}/people${QS.query(QS.explode({
        offset,
        limit,
        changes
    }))}`, {
        ...opts
    }));
}
/**
 * Deliver attach events: all of them are kept, or none. An event again is one event.
 */
export function postV1Attaches(body: {
    events: {
        /** RFC 3339 with an offset. */
        at: string;
        imsi: string;
        msisdn?: string;
        imei?: string;
        cell: string;
        /** One of: attach, tau, service-request, detach. */
        event: string;
    }[];
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            kept: number;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/attaches", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Search records by time, cell and subscriber; the journal notes who looked
 */
export function postV1RecordsSearch(body: {
    /** One of: inventory, attaches, payments. */
    kind: string;
    /** RFC 3339 with an offset, or a day. */
    since?: string;
    /** RFC 3339 with an offset, or a day. */
    until?: string;
    cell?: string;
    msisdn?: string;
    imsi?: string;
    /** The case for which somebody is looked up: a device case, an incident or a request about that person. */
    "case"?: string;
    limit?: number;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            rows: {
                [key: string]: number | string;
            }[];
            more: boolean;
            /** Files that cannot be read: what they hold is missing. */
            damaged: string[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/records/search", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Registers with which lists are exchanged
 */
export function getV1ExchangeRegisters(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            registers: {
                register: string;
                format: string;
                organisation: string;
                sender: string;
                connected: boolean;
                gives: string;
                everySeconds?: number;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/exchange/registers", {
        ...opts
    }));
}
/**
 * Give a list in; it is taken afterwards
 */
export function postV1ExchangeRegistersByRegisterLists(name: string, register: string, body: any, { acceptShrink }: {
    acceptShrink?: boolean;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: {
            file: number;
            register: string;
            direction: string;
            kind: string;
            name: string;
            "number"?: number;
            sha256: string;
            size: number;
            /** in: received, applying, sweeping, taken, refused; out: written, delivered, answered */
            state: string;
            at: string;
            by: string;
            finishedAt?: string;
            records: number;
            recordsDone: number;
            inserted: number;
            removed: number;
            unchanged: number;
            skipped: number;
            refused: number;
            conflicts: number;
            /** why the list was refused whole */
            faultCode?: string;
            faultLine?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/registers/${encodeURIComponent(register)}/lists${QS.query(QS.explode({
        name,
        acceptShrink
    }))}`, {
        ...opts,
        method: "POST",
        body
    }));
}
/**
 * Give in a register’s answer to a list of ours
 */
export function postV1ExchangeRegistersByRegisterAnswers(name: string, register: string, body: any, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            file: number;
            register: string;
            direction: string;
            kind: string;
            name: string;
            "number"?: number;
            sha256: string;
            size: number;
            /** in: received, applying, sweeping, taken, refused; out: written, delivered, answered */
            state: string;
            at: string;
            by: string;
            finishedAt?: string;
            records: number;
            recordsDone: number;
            inserted: number;
            removed: number;
            unchanged: number;
            skipped: number;
            refused: number;
            conflicts: number;
            /** why the list was refused whole */
            faultCode?: string;
            faultLine?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/registers/${encodeURIComponent(register)}/answers${QS.query(QS.explode({
        name
    }))}`, {
        ...opts,
        method: "POST",
        body
    }));
}
/**
 * Make a list of this member’s own standing statements
 */
export function postV1ExchangeRegistersByRegisterGiven(register: string, body: {
    kind: "full" | "delta";
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            inserted: number;
            removed: number;
            /** statements that the register has no code for */
            leftOut: number;
            file?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/registers/${encodeURIComponent(register)}/given`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Fetch from the register’s server, and deliver there
 */
export function postV1ExchangeRegistersByRegisterRuns(register: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            fetched: {
                file: number;
                register: string;
                direction: string;
                kind: string;
                name: string;
                "number"?: number;
                sha256: string;
                size: number;
                /** in: received, applying, sweeping, taken, refused; out: written, delivered, answered */
                state: string;
                at: string;
                by: string;
                finishedAt?: string;
                records: number;
                recordsDone: number;
                inserted: number;
                removed: number;
                unchanged: number;
                skipped: number;
                refused: number;
                conflicts: number;
                /** why the list was refused whole */
                faultCode?: string;
                faultLine?: number;
            }[];
            answers: {
                file: number;
                register: string;
                direction: string;
                kind: string;
                name: string;
                "number"?: number;
                sha256: string;
                size: number;
                /** in: received, applying, sweeping, taken, refused; out: written, delivered, answered */
                state: string;
                at: string;
                by: string;
                finishedAt?: string;
                records: number;
                recordsDone: number;
                inserted: number;
                removed: number;
                unchanged: number;
                skipped: number;
                refused: number;
                conflicts: number;
                /** why the list was refused whole */
                faultCode?: string;
                faultLine?: number;
            }[];
            given?: {
                inserted: number;
                removed: number;
                /** statements that the register has no code for */
                leftOut: number;
                file?: number;
            };
            delivered: {
                file: number;
                register: string;
                direction: string;
                kind: string;
                name: string;
                "number"?: number;
                sha256: string;
                size: number;
                /** in: received, applying, sweeping, taken, refused; out: written, delivered, answered */
                state: string;
                at: string;
                by: string;
                finishedAt?: string;
                records: number;
                recordsDone: number;
                inserted: number;
                removed: number;
                unchanged: number;
                skipped: number;
                refused: number;
                conflicts: number;
                /** why the list was refused whole */
                faultCode?: string;
                faultLine?: number;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/registers/${encodeURIComponent(register)}/runs`, {
        ...opts,
        method: "POST"
    }));
}
/**
 * Statements of ours that the register refused
 */
export function getV1ExchangeRegistersByRegisterRefused(register: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            lines: {
                target: {
                    imei?: string;
                    tac?: string;
                    "from"?: string;
                    to?: string;
                };
                reason: string;
                code: string;
                file: number;
                line: number;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/registers/${encodeURIComponent(register)}/refused`, {
        ...opts
    }));
}
/**
 * Lists that came and went, newest first
 */
export function getV1ExchangeLists({ before, limit, register }: {
    before?: number;
    limit?: number;
    register?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            files: {
                file: number;
                register: string;
                direction: string;
                kind: string;
                name: string;
                "number"?: number;
                sha256: string;
                size: number;
                /** in: received, applying, sweeping, taken, refused; out: written, delivered, answered */
                state: string;
                at: string;
                by: string;
                finishedAt?: string;
                records: number;
                recordsDone: number;
                inserted: number;
                removed: number;
                unchanged: number;
                skipped: number;
                refused: number;
                conflicts: number;
                /** why the list was refused whole */
                faultCode?: string;
                faultLine?: number;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/lists${QS.query(QS.explode({
        before,
        limit,
        register
    }))}`, {
        ...opts
    }));
}
/**
 * How a list stands
 */
export function getV1ExchangeListsByFile(file: number, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            file: number;
            register: string;
            direction: string;
            kind: string;
            name: string;
            "number"?: number;
            sha256: string;
            size: number;
            /** in: received, applying, sweeping, taken, refused; out: written, delivered, answered */
            state: string;
            at: string;
            by: string;
            finishedAt?: string;
            records: number;
            recordsDone: number;
            inserted: number;
            removed: number;
            unchanged: number;
            skipped: number;
            refused: number;
            conflicts: number;
            /** why the list was refused whole */
            faultCode?: string;
            faultLine?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/lists/${encodeURIComponent(file)}`, {
        ...opts
    }));
}
/**
 * Lines that were refused or had no effect
 */
export function getV1ExchangeListsByFileLines(file: number, { after, limit }: {
    after?: number;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            lines: {
                line: number;
                code: string;
                field?: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/lists/${encodeURIComponent(file)}/lines${QS.query(QS.explode({
        after,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * A list that is ready to be delivered
 */
export function getV1ExchangeListsByFileOctets(file: number, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: any;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/lists/${encodeURIComponent(file)}/octets`, {
        ...opts
    }));
}
/**
 * What lists say and somebody has to decide
 */
export function getV1ExchangeConflicts({ after, limit, all }: {
    after?: number;
    limit?: number;
    all?: boolean;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            conflicts: {
                conflict: number;
                kind: string;
                register: string;
                organisation: string;
                target: {
                    imei?: string;
                    tac?: string;
                    "from"?: string;
                    to?: string;
                };
                theirReason: string;
                file: number;
                line: number;
                openedAt: string;
                choices: string[];
                resolution?: string;
                resolvedAt?: string;
                resolvedBy?: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/conflicts${QS.query(QS.explode({
        after,
        limit,
        all
    }))}`, {
        ...opts
    }));
}
/**
 * Decide a conflict
 */
export function postV1ExchangeConflictsByConflictResolution(conflict: number, body: {
    resolution: "keep" | "state" | "release";
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            conflict: number;
            resolution: string;
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/exchange/conflicts/${encodeURIComponent(conflict)}/resolution`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Compute a quarter’s report, and seal its digest
 */
export function postV1PledgesReports(body: {
    /** such as 2026Q4 */
    quarter: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            quarter: string;
            /** the report: the very octets whose hash is sealed */
            json: string;
            /** the same for people */
            markdown: string;
            sha256: string;
            entry: {
                member: string;
                index: number;
            };
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/pledges/reports", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Make the receipt of a statement in this member’s shared log
 */
export function getV1ReceiptsByIndex(index: number, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            member: string;
            index: number;
            /** the file for the person: `bongsu ledger check-receipt` checks it */
            receipt: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/receipts/${encodeURIComponent(index)}`, {
        ...opts
    }));
}
/**
 * Seal a file’s digest in this member’s own log
 */
export function postV1Evidence(body: {
    /** of the file, in hexadecimal */
    sha256: string;
    /** octets */
    size: number;
    /** nothing personal: it stands in every proof */
    reference?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            sha256: string;
            size: number;
            entry: {
                member: string;
                index: number;
            };
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/evidence", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Prove that an entry stood in this member’s own log
 */
export function getV1EvidenceByIndexProof(index: number, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            index: number;
            /** the file: `bongsu evidence check` checks it */
            proof: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/evidence/${encodeURIComponent(index)}/proof`, {
        ...opts
    }));
}
/**
 * State now where this member’s own log stands
 */
export function postV1Anchors(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            /** in the shared log */
            index: number;
            /** entries of the own log that it covers */
            ownSize: number;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/anchors", {
        ...opts,
        method: "POST"
    }));
}
/**
 * Every member, with what of it is quarantined
 */
export function getV1Quarantine(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            members: {
                member: string;
                /** Statements that nobody confirmed or struck. */
                quarantined: number;
                /** The index of the first of them. */
                "from"?: number;
                /** The index after the last of them. */
                to?: number;
                /** When the first was stated, by its issuer’s clock. */
                since?: string;
                /** Whether this member’s role lets it confirm them. */
                mayConfirm: boolean;
                mayStrike: boolean;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/quarantine", {
        ...opts
    }));
}
/**
 * What a member states beyond its budget, opened
 */
export function getV1QuarantineByMember(member: string, { $from, limit }: {
    $from?: number;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            member: string;
            /** Statements that nobody confirmed or struck. */
            quarantined: number;
            /** The index of the first of them. */
            "from"?: number;
            /** The index after the last of them. */
            to?: number;
            /** When the first was stated, by its issuer’s clock. */
            since?: string;
            /** Whether this member’s role lets it confirm them. */
            mayConfirm: boolean;
            mayStrike: boolean;
            until?: string;
            ranges: {
                "from": number;
                to: number;
            }[];
            rangesLeftOut: number;
            kinds: {
                kind: string;
                statements: number;
                /** A cell, a sender or a number counts as one. */
                devices: number;
            }[];
            tacs: {
                tac: string;
                statements: number;
                /** A cell, a sender or a number counts as one. */
                devices: number;
            }[];
            /** Entries that this member cannot open. */
            unread: number;
            /** From here on nothing was counted by kind and TAC. */
            countedTo?: number;
            statements: {
                index: number;
                statedAt?: string;
                kind?: string;
                reason?: string;
                imei?: string;
                tac?: string;
                "from"?: string;
                to?: string;
                cell?: string;
                certificate?: string;
                reference?: string;
            }[];
            /** Ask for the page `from` this index. */
            next?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/quarantine/${encodeURIComponent(member)}${QS.query(QS.explode({
        "from": $from,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * Bring quarantined statements into force (register, regulator)
 */
export function postV1QuarantineConfirmations(body: {
    member: string;
    /** The first index. Either this or `since`. */
    "from"?: number;
    /** The first index left alone; the end of the log as known now. */
    to?: number;
    /** From the first statement of this time on, by its issuer’s clock. */
    since?: string;
    /** Count, and state nothing. */
    dryRun?: boolean;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            member: string;
            "from": number;
            to: number;
            inForce: {
                statements: number;
                /** A cell, a sender or a number counts as one. */
                devices: number;
            };
            quarantined: {
                statements: number;
                /** A cell, a sender or a number counts as one. */
                devices: number;
            };
            /** Entries that this member cannot open: what they say is not counted. */
            unread: number;
            /** From here on nothing was counted; what is stated goes to `to`. */
            countedTo: number;
            entry?: {
                member: string;
                index: number;
            };
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/quarantine/confirmations", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * End what a member stated in a range (register, regulator, the member)
 */
export function postV1QuarantineStrikes(body: {
    member: string;
    /** The first index. Either this or `since`. */
    "from"?: number;
    /** The first index left alone; the end of the log as known now. */
    to?: number;
    /** From the first statement of this time on, by its issuer’s clock. */
    since?: string;
    /** Count, and state nothing. */
    dryRun?: boolean;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            member: string;
            "from": number;
            to: number;
            inForce: {
                statements: number;
                /** A cell, a sender or a number counts as one. */
                devices: number;
            };
            quarantined: {
                statements: number;
                /** A cell, a sender or a number counts as one. */
                devices: number;
            };
            /** Entries that this member cannot open: what they say is not counted. */
            unread: number;
            /** From here on nothing was counted; what is stated goes to `to`. */
            countedTo: number;
            entry?: {
                member: string;
                index: number;
            };
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/quarantine/strikes", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * The latest refusals at every gate
 */
export function getV1RefusalsLatest(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            /** The latest first. An event of `GET /v1/refusals/stream` is one of these. */
            refusals: ({
                gateKind: "equipment";
                /** When the gate decided. */
                at: string;
                /** The interface on which it was asked. */
                gate: string;
                /** The entries that it rests on. */
                entries: {
                    member: string;
                    index: number;
                }[];
                /** 14 digits, or empty where the network named no IMEI. */
                imei: string;
                /** Who asked. */
                caller: string;
                /** `blocked` or `tracked`. */
                verdict: string;
                /** The step that decided, where no entry says why. */
                reason?: string;
                /** True where it passed all the same: the gate was only observing. */
                shadow: boolean;
            } | {
                gateKind: "messages";
                /** When the gate decided. */
                at: string;
                /** The interface on which it was asked. */
                gate: string;
                /** The entries that it rests on. */
                entries: {
                    member: string;
                    index: number;
                }[];
                /** Of the firm. */
                certificate: string;
                /** The account that it came by. */
                account: string;
                verdict: "refused";
                /** The named check, or `bind`. */
                check: string;
                /** The code that it was answered with. */
                reason: string;
                /** True where it passed all the same: the gate was only observing. */
                shadow: boolean;
            } | {
                gateKind: "payments";
                /** When the gate decided. */
                at: string;
                /** The interface on which it was asked. */
                gate: string;
                /** The entries that it rests on. */
                entries: {
                    member: string;
                    index: number;
                }[];
                /** Empty where no payment was kept. */
                paymentId: string;
                /** The holder of the token that asked for it. */
                merchant: string;
                verdict: "refuse" | "hold" | "step-up";
                /** The named checks that spoke against it. */
                reasons: string[];
            })[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/refusals/latest", {
        ...opts
    }));
}
/**
 * How a line stands; who looks is kept
 */
export function postV1LinesShow(body: {
    /** As +82 10-1234-5678, or as this member’s country writes it: 010-1234-5678. */
    line: string;
    /** The case for which somebody is looked up: a device case, an incident or a request about that person. */
    "case"?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            line: string;
            /** The exposed lists that the line is on. */
            exposedOn: string[];
            protection?: {
                imsi: string;
                imei: string;
                since: string;
            };
            paymentsBlockedSince?: string;
            unblockAsked?: {
                at: string;
                by: string;
                check: string;
            };
            prioritySince?: string;
            passkeys: number;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/lines/show", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Bind a line to one device
 */
export function postV1LinesProtect(body: {
    /** As +82 10-1234-5678, or as this member’s country writes it: 010-1234-5678. */
    line: string;
    imsi: string;
    imei: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            line: string;
            /** The exposed lists that the line is on. */
            exposedOn: string[];
            protection?: {
                imsi: string;
                imei: string;
                since: string;
            };
            paymentsBlockedSince?: string;
            unblockAsked?: {
                at: string;
                by: string;
                check: string;
            };
            prioritySince?: string;
            passkeys: number;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/lines/protect", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Free a line from its device
 */
export function postV1LinesUnprotect(body: {
    /** As +82 10-1234-5678, or as this member’s country writes it: 010-1234-5678. */
    line: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            line: string;
            /** The exposed lists that the line is on. */
            exposedOn: string[];
            protection?: {
                imsi: string;
                imei: string;
                since: string;
            };
            paymentsBlockedSince?: string;
            unblockAsked?: {
                at: string;
                by: string;
                check: string;
            };
            prioritySince?: string;
            passkeys: number;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/lines/unprotect", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Block payments, as the customer wishes
 */
export function postV1LinesBlockPayments(body: {
    /** As +82 10-1234-5678, or as this member’s country writes it: 010-1234-5678. */
    line: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            line: string;
            /** The exposed lists that the line is on. */
            exposedOn: string[];
            protection?: {
                imsi: string;
                imei: string;
                since: string;
            };
            paymentsBlockedSince?: string;
            unblockAsked?: {
                at: string;
                by: string;
                check: string;
            };
            prioritySince?: string;
            passkeys: number;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/lines/block-payments", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Undo the block, by two people who have seen the customer
 */
export function postV1LinesUnblockPayments(body: {
    /** As +82 10-1234-5678, or as this member’s country writes it: 010-1234-5678. */
    line: string;
    /** How the person was known, face to face: identity-card, passport, driving-licence, legal-representative. */
    check: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            line: string;
            /** The exposed lists that the line is on. */
            exposedOn: string[];
            protection?: {
                imsi: string;
                imei: string;
                since: string;
            };
            paymentsBlockedSince?: string;
            unblockAsked?: {
                at: string;
                by: string;
                check: string;
            };
            prioritySince?: string;
            passkeys: number;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/lines/unblock-payments", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Mark a line of the emergency services, or end that
 */
export function postV1LinesPriority(body: {
    /** As +82 10-1234-5678, or as this member’s country writes it: 010-1234-5678. */
    line: string;
    priority: boolean;
    imsi?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            line: string;
            /** The exposed lists that the line is on. */
            exposedOn: string[];
            protection?: {
                imsi: string;
                imei: string;
                since: string;
            };
            paymentsBlockedSince?: string;
            unblockAsked?: {
                at: string;
                by: string;
                check: string;
            };
            prioritySince?: string;
            passkeys: number;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/lines/priority", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * A code with which the line’s holder registers a passkey
 */
export function postV1LinesEnrolments(body: {
    /** As +82 10-1234-5678, or as this member’s country writes it: 010-1234-5678. */
    line: string;
    /** How the person was known, face to face: identity-card, passport, driving-licence, legal-representative. */
    check: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            /** Shown once and kept nowhere. */
            code: string;
            expiresAt: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/lines/enrolments", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
/**
 * Payments that wait for a person, oldest first
 */
export function getV1HeldPayments(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            payments: {
                payment: string;
                merchant: string;
                line: string;
                /** In the smallest unit of the currency. */
                amount: number;
                currency: string;
                state: string;
                decision: string;
                reasons: {
                    name: string;
                    decision: string;
                    facts: {
                        [key: string]: any;
                    };
                    entries: {
                        member: string;
                        index: number;
                    }[];
                }[];
                cell?: string;
                createdAt: string;
                chargedAt?: string;
                refundedAt?: string;
                judgement?: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/held-payments", {
        ...opts
    }));
}
/**
 * A payment, and why it was decided so
 */
export function getV1PaymentsByPayment(payment: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            payment: string;
            merchant: string;
            line: string;
            /** In the smallest unit of the currency. */
            amount: number;
            currency: string;
            state: string;
            decision: string;
            reasons: {
                name: string;
                decision: string;
                facts: {
                    [key: string]: any;
                };
                entries: {
                    member: string;
                    index: number;
                }[];
            }[];
            cell?: string;
            createdAt: string;
            chargedAt?: string;
            refundedAt?: string;
            judgement?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/payments/${encodeURIComponent(payment)}`, {
        ...opts
    }));
}
/**
 * Release a held payment, refuse it, or call one fraudulent
 */
export function postV1PaymentsByPaymentJudgement(payment: string, body: {
    /** release, refuse or fraudulent */
    judgement: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            payment: string;
            merchant: string;
            line: string;
            /** In the smallest unit of the currency. */
            amount: number;
            currency: string;
            state: string;
            decision: string;
            reasons: {
                name: string;
                decision: string;
                facts: {
                    [key: string]: any;
                };
                entries: {
                    member: string;
                    index: number;
                }[];
            }[];
            cell?: string;
            createdAt: string;
            chargedAt?: string;
            refundedAt?: string;
            judgement?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/payments/${encodeURIComponent(payment)}/judgement`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Give back a payment that was fraudulent
 */
export function postV1PaymentsByPaymentRefund(payment: string, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            payment: string;
            merchant: string;
            line: string;
            /** In the smallest unit of the currency. */
            amount: number;
            currency: string;
            state: string;
            decision: string;
            reasons: {
                name: string;
                decision: string;
                facts: {
                    [key: string]: any;
                };
                entries: {
                    member: string;
                    index: number;
                }[];
            }[];
            cell?: string;
            createdAt: string;
            chargedAt?: string;
            refundedAt?: string;
            judgement?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/payments/${encodeURIComponent(payment)}/refund`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * The firm that asks, its applications and certificates
 */
export function getV1FirmsMe(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            firm: string;
            name: string;
            businessNumber: string;
            registeredAt: string;
            representative: string;
            phone: string;
            officeAddress: string;
            applications: {
                application: string;
                firm: string;
                kind: string;
                service: string;
                state: string;
                createdAt: string;
                changedAt: string;
                certificate?: string;
            }[];
            certificates: {
                certificate: string;
                firm: string;
                originator: string;
                priority: string;
                state: string;
                permille: number;
                reason?: string;
                certifiedAt: string;
                validUntil: string;
                changedAt: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/firms/me", {
        ...opts
    }));
}
/**
 * Give a firm another token; the old one is refused from now on
 */
export function postV1FirmsByFirmToken(firm: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            firm: string;
            /** Of the role `firm`. Shown once and kept nowhere. */
            token: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/firms/${encodeURIComponent(firm)}/token`, {
        ...opts,
        method: "POST"
    }));
}
/**
 * Apply for a certificate, its change or its renewal
 */
export function postV1Applications(body: {
    /** One of: new, change, renewal. */
    kind?: string;
    /** One of: web, api, module. */
    service: string;
    /** Private. */
    note?: string;
    /** Of a change: what is other than before. */
    facts?: {
        /** As registered. The certificate shows it to anybody. */
        name?: string;
        /** Private. */
        representative?: string;
        /** Private. */
        phone?: string;
        /** Private. */
        officeAddress?: string;
        /** Private: kept as a keyed hash alone. */
        bankAccount?: string;
    };
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            application: string;
            state: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/applications", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * List applications, newest first; a firm is shown its own
 */
export function getV1Applications({ state, before, limit }: {
    state?: string;
    before?: string;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            applications: {
                application: string;
                firm: string;
                kind: string;
                service: string;
                state: string;
                createdAt: string;
                changedAt: string;
                certificate?: string;
            }[];
            /** Ask for the page `before` this one. */
            next?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/applications${QS.query(QS.explode({
        state,
        before,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * Show an application
 */
export function getV1ApplicationsByNumber($number: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            application: string;
            firm: string;
            kind: string;
            service: string;
            state: string;
            createdAt: string;
            changedAt: string;
            certificate?: string;
            note?: string;
            "of": {
                firm: string;
                name: string;
                businessNumber: string;
                registeredAt: string;
                representative: string;
                phone: string;
                officeAddress: string;
            };
            facts?: {
                [key: string]: string;
            };
            items: {
                item: string;
                title: string;
                finding?: string;
                remark?: string;
                evidence: {
                    sha256: string;
                    size: number;
                    mediaType: string;
                    addedAt: string;
                    addedBy: string;
                    validUntil?: string;
                }[];
            }[];
            /** Firms whose certificate was cancelled, and what this one has in common with them. */
            likenesses?: {
                firm: string;
                certificate: string;
                cancelledAt: string;
                alike: string[];
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/applications/${encodeURIComponent($number)}`, {
        ...opts
    }));
}
/**
 * Hand a returned application in again, or take it back
 */
export function postV1ApplicationsByNumberStep($number: string, body: {
    /** One of: resubmit, withdraw. */
    step: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            application: string;
            state: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/applications/${encodeURIComponent($number)}/step`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Accept an application for review, pass it on, or return it
 */
export function postV1ApplicationsByNumberReview($number: string, body: {
    /** One of: accept, pass, return. */
    step: string;
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            application: string;
            state: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/applications/${encodeURIComponent($number)}/review`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Say of one item of the checklist whether it is met
 */
export function postV1ApplicationsByNumberFindings($number: string, body: {
    item: string;
    /** One of: met, unmet. */
    finding: string;
    /** Private. */
    remark?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            application: string;
            item: string;
            finding: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/applications/${encodeURIComponent($number)}/findings`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * The committee’s word: certify or refuse
 */
export function postV1ApplicationsByNumberDecision($number: string, body: {
    /** One of: certify, refuse. */
    decision: string;
    /** One of: normal, emergency. */
    priority?: string;
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            application: string;
            state: string;
            certificate?: string;
            originator?: string;
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/applications/${encodeURIComponent($number)}/decision`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Hand in a file for one item of the checklist
 */
export function postV1ApplicationsByNumberEvidence(item: string, $number: string, body: any, { validUntil, idempotencyKey }: {
    validUntil?: string;
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            application: string;
            item: string;
            sha256: string;
            size: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/applications/${encodeURIComponent($number)}/evidence${QS.query(QS.explode({
        item,
        validUntil
    }))}`, {
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * The octets of a file
 */
export function getV1ApplicationsByNumberEvidenceAndSha256($number: string, sha256: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: any;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/applications/${encodeURIComponent($number)}/evidence/${encodeURIComponent(sha256)}`, {
        ...opts
    }));
}
/**
 * List certificates, newest first
 */
export function getV1Certificates({ state, before, limit }: {
    state?: string;
    before?: string;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            certificates: {
                certificate: string;
                firm: string;
                originator: string;
                priority: string;
                state: string;
                permille: number;
                reason?: string;
                certifiedAt: string;
                validUntil: string;
                changedAt: string;
            }[];
            /** Ask for the page `before` this one. */
            next?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/certificates${QS.query(QS.explode({
        state,
        before,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * Show a certificate
 */
export function getV1CertificatesByCode(code: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            certificate: string;
            firm: string;
            originator: string;
            priority: string;
            state: string;
            permille: number;
            reason?: string;
            certifiedAt: string;
            validUntil: string;
            changedAt: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/certificates/${encodeURIComponent(code)}`, {
        ...opts
    }));
}
/**
 * State that a certificate: rate-limit
 */
export function postV1CertificatesByCodeRateLimit(code: string, body: {
    /** One of: spam, forged-code, unregistered-number, evidence-expired, order, request, remedied, other. */
    reason: string;
    /** Thousandths of the rate that are left. */
    permille?: number;
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            /** The number that a refused text of the firm leads to. */
            "case": string;
            certificate: string;
            state: string;
            permille: number;
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/certificates/${encodeURIComponent(code)}/rate-limit`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * State that a certificate: suspend
 */
export function postV1CertificatesByCodeSuspend(code: string, body: {
    /** One of: spam, forged-code, unregistered-number, evidence-expired, order, request, remedied, other. */
    reason: string;
    /** Thousandths of the rate that are left. */
    permille?: number;
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            /** The number that a refused text of the firm leads to. */
            "case": string;
            certificate: string;
            state: string;
            permille: number;
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/certificates/${encodeURIComponent(code)}/suspend`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * State that a certificate: reinstate
 */
export function postV1CertificatesByCodeReinstate(code: string, body: {
    /** One of: spam, forged-code, unregistered-number, evidence-expired, order, request, remedied, other. */
    reason: string;
    /** Thousandths of the rate that are left. */
    permille?: number;
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            /** The number that a refused text of the firm leads to. */
            "case": string;
            certificate: string;
            state: string;
            permille: number;
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/certificates/${encodeURIComponent(code)}/reinstate`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * State that a certificate: cancel
 */
export function postV1CertificatesByCodeCancel(code: string, body: {
    /** One of: spam, forged-code, unregistered-number, evidence-expired, order, request, remedied, other. */
    reason: string;
    /** Thousandths of the rate that are left. */
    permille?: number;
    /** Private. */
    note?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            /** The number that a refused text of the firm leads to. */
            "case": string;
            certificate: string;
            state: string;
            permille: number;
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/certificates/${encodeURIComponent(code)}/cancel`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Register a number that a customer sends under
 */
export function postV1CertificatesByCodeNumbers(code: string, body: {
    /** Private: the log has a tag of it. */
    "number": string;
    /** Private. */
    customer: string;
    /** One of: individual, foreigner, corporation. */
    customerKind: string;
    /** Of a corporation. */
    staff?: number;
    /** One of: phone-identity, carrier-certificate, power-of-attorney, employment-certificate. */
    proof: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            certificate: string;
            id: number;
            /** registered, or held until somebody approves */
            state: string;
            /** the customer as the log names it */
            customer: string;
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/certificates/${encodeURIComponent(code)}/numbers`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * A certificate’s numbers, in the order in which they came
 */
export function getV1CertificatesByCodeNumbers(code: string, { state, after, limit }: {
    state?: string;
    after?: number;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            numbers: {
                id: number;
                "number": string;
                kind: string;
                proof: string;
                state: string;
                customer: string;
                reference: string;
                customerKind: string;
                requestedAt: string;
            }[];
            /** Ask for the page `after` this one. */
            next?: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/certificates/${encodeURIComponent(code)}/numbers${QS.query(QS.explode({
        state,
        after,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * Let a held number in, or refuse it
 */
export function postV1CertificatesByCodeNumbersAndIdDecision(code: string, id: number, body: {
    approve: boolean;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            certificate: string;
            id: number;
            /** registered, or held until somebody approves */
            state: string;
            /** the customer as the log names it */
            customer: string;
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/certificates/${encodeURIComponent(code)}/numbers/${encodeURIComponent(id)}/decision`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Withdraw a number
 */
export function deleteV1CertificatesByCodeNumbersAndId(code: string, id: number, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            certificate: string;
            id: number;
            /** registered, or held until somebody approves */
            state: string;
            /** the customer as the log names it */
            customer: string;
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/certificates/${encodeURIComponent(code)}/numbers/${encodeURIComponent(id)}`, {
        ...opts,
        method: "DELETE",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * Propose a sanction
 */
export function postV1Proposals(body: {
    certificate: string;
    /** One of: suspend, rate-limit. */
    action: string;
    /** Thousandths of the rate that are left. */
    permille?: number;
    /** One of: spam, forged-code, unregistered-number, evidence-expired, order, request, remedied, other. */
    reason: string;
    /** No text of a message, no number of a person. */
    evidence: {
        [key: string]: any;
    };
    source: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            proposal: string;
            isNew: boolean;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/proposals", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * List proposals, newest first
 */
export function getV1Proposals({ state, before, limit }: {
    state?: string;
    before?: string;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            proposals: {
                proposal: string;
                certificate: string;
                action: string;
                permille?: number;
                reason: string;
                source: string;
                evidence: {
                    [key: string]: any;
                };
                state: string;
                createdAt: string;
                changedAt: string;
                decidedBy?: string;
                note?: string;
            }[];
            /** Ask for the page `before` this one. */
            next?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/proposals${QS.query(QS.explode({
        state,
        before,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * State what is proposed
 */
export function postV1ProposalsByNumberApprove($number: string, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            proposal: string;
            /** The number that a refused text of the firm leads to. */
            "case": string;
            certificate: string;
            state: string;
            permille: number;
            /** Where each statement of this decision stands in the log. */
            entries: {
                kind: string;
                entry: {
                    member: string;
                    index: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/proposals/${encodeURIComponent($number)}/approve`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * Dismiss a proposal, and say why
 */
export function postV1ProposalsByNumberDismiss($number: string, body: {
    note: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            proposal: string;
            state: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/proposals/${encodeURIComponent($number)}/dismiss`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Report one text or several
 */
export function postV1SpamReports(body: {
    reports: {
        /** As it was received. */
        text: string;
        /** The number that it truly came from; private. */
        "number"?: string;
        certificate?: string;
        /** The firm’s originator code, where its certificate is not known. */
        originator?: string;
        relay?: string;
        kind?: string;
        receivedAt?: string;
        reference?: string;
    }[];
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            reports: {
                /** recorded, or duplicate */
                status: string;
                report: number;
                campaign: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/spam-reports", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Report the rows of a CSV file
 */
export function postV1SpamReportsImport(body: any, { partial, idempotencyKey }: {
    partial?: boolean;
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            recorded: number;
            duplicates: number;
            refused: number;
            rows: {
                row: number;
                line: number;
                /** recorded, duplicate or refused */
                status: string;
                report?: number;
                campaign?: string;
                fault?: {
                    code: string;
                    [key: string]: any;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/spam-reports/import${QS.query(QS.explode({
        partial
    }))}`, {
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * Add counts of texts that passed a gate
 */
export function postV1SpamSightings(body: {
    sightings: {
        fingerprint: string;
        certificate: string;
        hour: string;
        texts: number;
    }[];
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            /** Texts. */
            counted: number;
            /** Texts for which there was no room. */
            dropped: number;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/spam-sightings", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * List campaigns, newest first
 */
export function getV1Campaigns({ before, limit, textsMin }: {
    before?: string;
    limit?: number;
    textsMin?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            campaigns: {
                campaign: string;
                firstAt: string;
                lastAt: string;
                reports: number;
                /** That passed a gate. */
                texts: number;
                firms: {
                    certificate: string;
                    reports: number;
                    texts: number;
                }[];
            }[];
            /** The `before` of the next page. */
            next?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/campaigns${QS.query(QS.explode({
        before,
        limit,
        textsMin
    }))}`, {
        ...opts
    }));
}
/**
 * A campaign with its firms, reports and sightings
 */
export function getV1CampaignsByCampaign(campaign: string, { after, texts }: {
    after?: number;
    texts?: boolean;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            campaign: string;
            firstAt: string;
            lastAt: string;
            reports: number;
            /** That passed a gate. */
            texts: number;
            firms: {
                certificate: string;
                reports: number;
                texts: number;
            }[];
            mergedInto?: string;
            fingerprints: string[];
            proposed: {
                certificate: string;
                at: string;
            }[];
            sightings: {
                hour: string;
                certificate: string;
                fingerprint: string;
                source: string;
                texts: number;
            }[];
            reportList: {
                report: number;
                recordedAt: string;
                receivedAt?: string;
                fingerprint: string;
                certificate?: string;
                "number"?: string;
                relay?: string;
                kind?: string;
                reference?: string;
                text?: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/campaigns/${encodeURIComponent(campaign)}${QS.query(QS.explode({
        after,
        texts
    }))}`, {
        ...opts
    }));
}
/**
 * Open an incident
 */
export function postV1Incidents(body: {
    title: string;
    what: string;
    /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
    happenedAt?: string;
    /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
    knownAt: string;
    marks?: string[];
    persons?: number;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            incident: string;
            fact: number;
            /** The clocks that began to run. */
            clocks: number[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/incidents", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * List incidents, newest first
 */
export function getV1Incidents({ before, limit }: {
    before?: string;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            incidents: {
                incident: string;
                title: string;
                incidentState: string;
                openedAt: string;
                openedBy: string;
                closedAt?: string;
            }[];
            /** Ask for the page `before` this one. */
            next?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents${QS.query(QS.explode({
        before,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * Show an incident
 */
export function getV1IncidentsByIncident(incident: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            incident: string;
            title: string;
            incidentState: string;
            openedAt: string;
            openedBy: string;
            closedAt?: string;
            facts: {
                fact: number;
                what: string;
                /** What the desk itself wrote, as data; `what` has it in English. */
                automatic?: {
                    kind: "list-attached";
                    list: string;
                    version: number;
                    lines: number;
                    added: number;
                    grown: number;
                    dropped: number;
                };
                happenedAt?: string;
                knownAt: string;
                marks: string[];
                persons?: number;
                recordedAt: string;
                recordedBy: string;
            }[];
            evidence: {
                sha256: string;
                name: string;
                size: number;
                fact?: number;
                sealedAt: string;
                sealedBy: string;
                /** In the member’s own log, which is served to nobody. */
                entry?: {
                    member: string;
                    index: number;
                };
            }[];
            clocks: {
                incident: string;
                clock: number;
                duty: string;
                addressee?: {
                    ko: string;
                    en: string;
                };
                source?: {
                    ko: string;
                    en: string;
                };
                text?: {
                    ko: string;
                    en: string;
                };
                fact: number;
                knownAt: string;
                knownEvidence: string[];
                dueAt?: string;
                warnsAt?: string;
                /** running, warned, missed, kept, late; without-delay or done without a figure */
                state: string;
                lateSeconds?: number;
                filedAt?: string;
                filedReference?: string;
                filedEvidence?: string;
                filedBy?: string;
            }[];
            lists: {
                list: string;
                version: number;
                attachedAt: string;
                attachedBy: string;
                lines: number;
                added: number;
                grown: number;
                dropped: number;
            }[];
            counts: {
                exposed: number;
                registered: {
                    victims: number;
                    refunded: number;
                };
                operator?: {
                    asOf: string;
                    victims: number;
                    payments: number;
                    won: number;
                    refunded: number;
                };
                police?: {
                    asOf: string;
                    victims: number;
                    payments: number;
                    won: number;
                    refunded: number;
                };
                /** exposed ≥ victims ≥ refunded */
                reconciles: boolean;
            };
            notices: {
                batch: number;
                createdBy: string;
                language: string;
                recipients: number;
                states: {
                    [key: string]: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}`, {
        ...opts
    }));
}
/**
 * Clocks that nothing was filed for
 */
export function getV1IncidentClocks(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            clocks: {
                incident: string;
                clock: number;
                duty: string;
                addressee?: {
                    ko: string;
                    en: string;
                };
                source?: {
                    ko: string;
                    en: string;
                };
                text?: {
                    ko: string;
                    en: string;
                };
                fact: number;
                knownAt: string;
                knownEvidence: string[];
                dueAt?: string;
                warnsAt?: string;
                /** running, warned, missed, kept, late; without-delay or done without a figure */
                state: string;
                lateSeconds?: number;
                filedAt?: string;
                filedReference?: string;
                filedEvidence?: string;
                filedBy?: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/incident-clocks", {
        ...opts
    }));
}
/**
 * Add a fact
 */
export function postV1IncidentsByIncidentFacts(incident: string, body: {
    what: string;
    /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
    happenedAt?: string;
    /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
    knownAt: string;
    marks?: string[];
    persons?: number;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            incident: string;
            fact: number;
            /** The clocks that began to run. */
            clocks: number[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/facts`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Note what was filed for a clock
 */
export function postV1IncidentsByIncidentClocksAndClockFiling(incident: string, clock: number, body: {
    reference: string;
    /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
    filedAt?: string;
    evidence?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            incident: string;
            clock: number;
            state: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/clocks/${encodeURIComponent(clock)}/filing`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Attach a version of an exposed list
 */
export function postV1IncidentsByIncidentLists(incident: string, body: {
    list: string;
    version: number;
    /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
    knownAt: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            incident: string;
            fact: number;
            /** The clocks that began to run. */
            clocks: number[];
            lines: number;
            added: number;
            /** Lines of which more items are known to be exposed. */
            grown: number;
            /** Lines that this version no longer names; they keep every right. */
            dropped: number;
            /** All lines of any attached version. */
            exposed: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/lists`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Note a count
 */
export function postV1IncidentsByIncidentCounts(incident: string, body: {
    /** One of: operator, police. */
    source: string;
    /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
    asOf: string;
    victims: number;
    payments: number;
    won: number;
    refunded: number;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            incident: string;
            count: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/counts`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Close an incident
 */
export function postV1IncidentsByIncidentClose(incident: string, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            incident: string;
            incidentState: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/close`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * Open a closed incident again
 */
export function postV1IncidentsByIncidentReopen(incident: string, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            incident: string;
            incidentState: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/reopen`, {
        ...opts,
        method: "POST",
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * Who has a right and no action yet
 */
export function getV1IncidentsByIncidentOpenRights(incident: string, { after, limit }: {
    after?: string;
    limit?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            incident: string;
            people: number;
            open: number;
            totals: {
                [key: string]: number;
            };
            lines: {
                line: string;
                rights: string[];
            }[];
            /** Ask for the page `after` this line. */
            next?: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/open-rights${QS.query(QS.explode({
        after,
        limit
    }))}`, {
        ...opts
    }));
}
/**
 * Seal a file of evidence
 */
export function postV1IncidentsByIncidentEvidence(name: string, incident: string, body: any, { fact, idempotencyKey }: {
    fact?: number;
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            incident: string;
            sha256: string;
            size: number;
            /** In the member’s own log, which is served to nobody. */
            entry: {
                member: string;
                index: number;
            };
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/evidence${QS.query(QS.explode({
        name,
        fact
    }))}`, {
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    }));
}
/**
 * A sealed file
 */
export function getV1IncidentsByIncidentEvidenceAndSha256(incident: string, sha256: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: any;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/evidence/${encodeURIComponent(sha256)}`, {
        ...opts
    }));
}
/**
 * Tell everybody who was not told all
 */
export function postV1IncidentsByIncidentNotices(incident: string, body: {
    /** With {code}; {contact}, {incident} and {items} where wanted. A link is refused. */
    template: string;
    /** One of: ko, en. */
    language?: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            incident: string;
            batch: number;
            recipients: number;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/notices`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * How far the notices are
 */
export function getV1IncidentsByIncidentNotices(incident: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            incident: string;
            notices: {
                batch: number;
                createdBy: string;
                language: string;
                recipients: number;
                states: {
                    [key: string]: number;
                };
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/notices`, {
        ...opts
    }));
}
/**
 * Whom no text reached, or of whom nobody knows
 */
export function getV1IncidentsByIncidentUnreached(incident: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            unreached: {
                batch: number;
                notice: number;
                noticeState: string;
                msisdn: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/unreached`, {
        ...opts
    }));
}
/**
 * Note that somebody was told by letter, call or visit
 */
export function postV1IncidentsByIncidentTold(incident: string, body: {
    batch: number;
    notice: number;
    /** letter, call, visit … */
    channel: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            incident: string;
            batch: number;
            notice: number;
            noticeState: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incidents/${encodeURIComponent(incident)}/told`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Ask for a USIM, or report damage, for a person or with a proxy
 */
export function postV1IncidentRequests(body: {
    kind: "usim";
    /** One of: shop, courier, visit. */
    way: string;
    shop: string;
    /** For a courier or a visit. Private. */
    address?: string;
    incident: string;
    name?: string;
    contact?: string;
    /** Who acts for the person. Private. */
    proxy?: {
        name: string;
        relation: string;
        contact?: string;
        /** Required of a proxy. */
        consent?: {
            /** One of: written, recorded-call, in-person, legal-guardian. */
            form: string;
            /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
            givenAt: string;
        };
    };
    help?: {
        /** One of: self, counter, telephone, visit. */
        channel?: string;
        /** One of: ko, en. */
        language?: string;
        largeType?: boolean;
    };
    /** A telephone number as people write it. */
    line: string;
} | {
    kind: "damage";
    what: string;
    paymentId?: string;
    won?: number;
    incident: string;
    name?: string;
    contact?: string;
    /** Who acts for the person. Private. */
    proxy?: {
        name: string;
        relation: string;
        contact?: string;
        /** Required of a proxy. */
        consent?: {
            /** One of: written, recorded-call, in-person, legal-guardian. */
            form: string;
            /** RFC 3339 with an offset, never a day alone: hours are counted from it. */
            givenAt: string;
        };
    };
    help?: {
        /** One of: self, counter, telephone, visit. */
        channel?: string;
        /** One of: ko, en. */
        language?: string;
        largeType?: boolean;
    };
    /** A telephone number as people write it. */
    line: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 201;
        data: {
            request: string;
            kind: string;
            requestState: string;
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/incident-requests", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Show a request, private fields included
 */
export function getV1IncidentRequestsByRequest(request: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            request: string;
            kind: string;
            requestState: string;
            incident: string;
            line: string;
            shop?: string;
            paymentId?: string;
            name?: string;
            contact?: string;
            address?: string;
            way?: string;
            what?: string;
            won?: number;
            proxy?: {
                name: string;
                relation: string;
                contact?: string;
                consentForm: string;
                consentAt: string;
            };
            help: {
                channel: string;
                language: string;
                largeType: boolean;
            };
            createdAt: string;
            createdBy: string;
            changedAt: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incident-requests/${encodeURIComponent(request)}`, {
        ...opts
    }));
}
/**
 * Say what happened to a request
 */
export function postV1IncidentRequestsByRequestEvents(request: string, body: {
    /** One of: reserved, handed-over, dispatched, delivered, returned, visit-planned, visited, cancelled, judged-fraudulent, judged-rightful, appealed, refunded. */
    event: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            request: string;
            kind: string;
            requestState: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incident-requests/${encodeURIComponent(request)}/events`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Judge a damage report; what is fraudulent is given back
 */
export function postV1IncidentRequestsByRequestJudgement(request: string, body: {
    /** One of: reserved, handed-over, dispatched, delivered, returned, visit-planned, visited, cancelled, judged-fraudulent, judged-rightful, appealed, refunded. */
    event: string;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            request: string;
            kind: string;
            requestState: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incident-requests/${encodeURIComponent(request)}/judgement`, oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * A letter about a request, to be printed
 */
export function getV1IncidentRequestsByRequestLetter(request: string, { format }: {
    format?: "html" | "text";
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: any;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/incident-requests/${encodeURIComponent(request)}/letter${QS.query(QS.explode({
        format
    }))}`, {
        ...opts
    }));
}
/**
 * Bring USIMs into a shop
 */
export function postV1UsimStock(body: {
    shop: string;
    count: number;
}, { idempotencyKey }: {
    idempotencyKey?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            shop: string;
            free: number;
            /** Requests that waited and have a USIM now. */
            reserved: string[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/usim-stock", oazapfts.json({
        ...opts,
        method: "POST",
        body,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * What each shop has left
 */
export function getV1UsimStock(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            stock: {
                shop: string;
                free: number;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/usim-stock", {
        ...opts
    }));
}
/**
 * Look a line up; who does is kept
 */
export function postV1LineLookUps(body: {
    /** A telephone number as people write it. */
    line: string;
    /** The case for which somebody is looked up: a device case, an incident or a request about that person. */
    "case"?: string;
}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            withoutCase: boolean;
            incidents: {
                incident: string;
                items: string[];
                firstDay: string;
                lastDay: string;
            }[];
            requests: {
                request: string;
                kind: string;
                requestState: string;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/line-look-ups", oazapfts.json({
        ...opts,
        method: "POST",
        body
    })));
}
