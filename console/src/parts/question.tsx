import type { ReactNode } from 'react';
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';

interface Props {
  /** On the button that opens the question. */
  readonly ask: string;
  readonly title: string;
  readonly confirm: string;
  readonly look?: 'main' | 'plain' | 'danger';
  /** It closes when this resolves, and stays open when it rejects: the reason is for `children` to show. */
  readonly onConfirm: () => Promise<unknown>;
  readonly children: ReactNode;
}

/** Asks once more before something that others will feel. */
export function Question({ ask, title, confirm, look = 'plain', onConfirm, children }: Props) {
  const { t } = useTranslation();
  return (
    <DialogTrigger>
      <Button look={look}>{ask}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title">{title}</Heading>
                {children}
                <div className="form-actions">
                  <Button onPress={() => void onConfirm().then(close, () => undefined)}>{confirm}</Button>
                  <Button look="plain" onPress={close}>
                    {t('common.cancel')}
                  </Button>
                </div>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
