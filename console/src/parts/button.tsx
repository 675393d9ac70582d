import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components';

interface Props extends Omit<ButtonProps, 'className' | 'style' | 'children'> {
  readonly look?: 'main' | 'plain' | 'danger' | 'quiet';
  readonly children: ReactNode;
}

/**
 * While `isPending` it takes no press and keeps the focus. The library's own way of saying so leaves an image without a
 * text in the page once the button is gone.
 */
export function Button({ look = 'main', isPending = false, type = 'button', onPress, ...props }: Props) {
  return (
    <AriaButton
      {...props}
      {...(isPending ? { type: 'button', 'aria-disabled': true } : { type, ...(onPress && { onPress }) })}
      data-pending={isPending || undefined}
      className={`button button-${look}`}
    />
  );
}
