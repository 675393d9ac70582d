import { type ReactNode, useEffect } from 'react';
import { Dialog, DialogTrigger, Form, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { focusHeadingIfLost } from './heading.ts';

interface Props {
  /** On the button that opens the question. */
  readonly ask: string;
  readonly title: string;
  readonly confirm: string;
  readonly look?: 'main' | 'plain' | 'danger';
  readonly isPending?: boolean;
  /** It closes when this resolves, and stays open when it rejects: the reason is for `children` to show. */
  readonly onConfirm: () => Promise<unknown>;
  /** Before it opens: what an earlier answer left behind is forgotten here. */
  readonly onOpen?: () => void;
  readonly children: ReactNode;
}

/** How long the component library takes to look for what had the focus before. */
const FOCUS_SETTLES_MS = 100;

/** Asks once more before something that others will feel. */
export function Question(props: Props) {
  const { ask, title, confirm, look = 'plain', isPending = false, onConfirm, onOpen, children } = props;
  const { t } = useTranslation();
  // A question that is answered may be gone with its button: the focus must not be nowhere.
  useEffect(() => () => void setTimeout(focusHeadingIfLost, FOCUS_SETTLES_MS), []);
  return (
    <DialogTrigger onOpenChange={(isOpen) => isOpen && onOpen?.()}>
      <Button look={look}>{ask}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog>
            {({ close }) => (
              <Form
                className="dialog"
                onSubmit={(event) => {
                  event.preventDefault();
                  void onConfirm().then(close, () => undefined);
                }}
              >
                <Heading slot="title">{title}</Heading>
                {children}
                <div className="form-actions">
                  <Button type="submit" isPending={isPending}>
                    {confirm}
                  </Button>
                  <Button look="plain" onPress={close}>
                    {t('common.cancel')}
                  </Button>
                </div>
              </Form>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
