/** Fields with their label, a hint, and their mistake beside them. */
import { type HTMLInputTypeAttribute, type ReactNode, useId } from 'react';

interface FrameProps {
  label: string;
  hint?: ReactNode;
  /** The mistake in words; it is told beside the field and not by colour alone. */
  wrong?: string | null;
  optional?: string;
  children: (own: Own) => ReactNode;
}

interface Own {
  id: string;
  'aria-invalid': boolean;
  'aria-describedby'?: string;
}

export function Field({ label, hint, wrong = null, optional, children }: FrameProps) {
  const id = useId();
  const below = `${id}-below`;
  const described = wrong !== null || hint !== undefined;
  return (
    <div className={wrong === null ? 'field' : 'field wrong'}>
      <label htmlFor={id}>
        {label}
        {optional && <small> {optional}</small>}
      </label>
      {children({ id, 'aria-invalid': wrong !== null, ...(described && { 'aria-describedby': below }) })}
      {wrong !== null && (
        <p id={below} className="field-problem">
          {wrong}
        </p>
      )}
      {/* The rule helps most when it was broken. */}
      {hint !== undefined && (
        <p {...(wrong === null && { id: below })} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

type InputMode = 'text' | 'numeric' | 'tel' | 'email' | 'search';

interface TextFieldProps extends Omit<FrameProps, 'children'> {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  name?: string;
  type?: HTMLInputTypeAttribute;
  inputMode?: InputMode;
  autoComplete?: string;
  placeholder?: string;
  maxLength?: number;
  disabled?: boolean;
  autoFocus?: boolean;
  className?: string;
  /** An element at the end of the field, such as a button that shows a password. */
  after?: ReactNode;
}

export function TextField(props: TextFieldProps) {
  const { label, hint, wrong, optional, value, onChange, after, type = 'text', ...input } = props;
  return (
    <Field label={label} hint={hint} wrong={wrong ?? null} {...(optional && { optional })}>
      {(own) => (
        <span className="field-row">
          <input
            {...own}
            {...input}
            type={type}
            autoComplete={input.autoComplete ?? 'off'}
            spellCheck={false}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          {after}
        </span>
      )}
    </Field>
  );
}

interface SelectFieldProps extends Omit<FrameProps, 'children'> {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  name?: string;
  disabled?: boolean;
  children: ReactNode;
}

export function SelectField(props: SelectFieldProps) {
  const { label, hint, wrong, optional, value, onChange, children, ...select } = props;
  return (
    <Field label={label} hint={hint} wrong={wrong ?? null} {...(optional && { optional })}>
      {(own) => (
        <select {...own} {...select} value={value} onChange={(event) => onChange(event.target.value)}>
          {children}
        </select>
      )}
    </Field>
  );
}

interface TextAreaProps extends Omit<FrameProps, 'children'> {
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  placeholder?: string;
}

export function TextAreaField({
  label,
  hint,
  wrong,
  optional,
  value,
  onChange,
  rows = 3,
  placeholder,
}: TextAreaProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong ?? null} {...(optional && { optional })}>
      {(own) => (
        <textarea
          {...own}
          rows={rows}
          placeholder={placeholder}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
