/**
 * Owns the table of errors that each system call of a program can give, as far as a program can bring them
 * about at will. Not here, for they need a race or a machine that lacks something:
 *
 *     execve   EALREADY (another thread execs), ENOEXEC (an image that this machine's realms do not have)
 *     lwp_create   EAGAIN (while another thread ends the process)
 *     ptrace   EAGAIN (the process execs)
 *     dup2     EBUSY (another thread is about to fill the descriptor)
 *     getcwd   EINVAL, ENOMEM (no room: `u` always gives enough)
 *     write    EPIPE (there are no pipes yet), EIO (a terminal that was revoked: test/tty)
 */
export const EXPECTED_ERRORS: Readonly<Record<string, readonly string[]>> = {
  fork: ['EAGAIN'],
  vfork: ['EAGAIN'],
  rfork: ['EAGAIN', 'EINVAL'],
  execve: ['ENOENT', 'ENOTDIR', 'EACCES', 'ENAMETOOLONG', 'E2BIG'],
  lwp_setaffinity: ['EINVAL', 'ESRCH', 'EBUSY'],
  procctl: ['EINVAL', 'EALREADY', 'ENOTCONN'],
  wait4: ['ECHILD', 'EINVAL', 'EINTR'],
  wait: ['ECHILD'],
  nanosleep: ['EINVAL'],
  getpgid: ['ESRCH'],
  getsid: ['ESRCH'],
  setpgid: ['EINVAL', 'ESRCH', 'EPERM', 'EACCES'],
  setsid: ['EPERM'],
  kill: ['EINVAL', 'ESRCH', 'EPERM'],
  killpg: ['EINVAL', 'ESRCH', 'EPERM'],
  lwp_kill: ['EINVAL', 'ESRCH', 'EPERM'],
  sigaction: ['EINVAL'],
  signal: ['EINVAL'],
  sigprocmask: ['EINVAL'],
  sigsuspend: ['EINTR'],
  sigtimedwait: ['EAGAIN', 'EINTR'],
  setitimer: ['EINVAL'],
  alarm: ['EINVAL'],
  ptrace: ['ESRCH', 'EINVAL', 'EPERM', 'EBUSY', 'EFAULT'],
  setuid: ['EPERM'],
  seteuid: ['EPERM'],
  setreuid: ['EPERM'],
  setresuid: ['EPERM'],
  setgid: ['EPERM'],
  setegid: ['EPERM'],
  setregid: ['EPERM'],
  setresgid: ['EPERM'],
  setgroups: ['EPERM', 'EINVAL'],
  getgroups: ['EINVAL'],
  setlogin: ['EPERM', 'EINVAL'],
  jail: ['EPERM', 'ENAMETOOLONG'],
  getrlimit: ['EINVAL'],
  setrlimit: ['EINVAL', 'EPERM'],
  __sysctl: ['EINVAL', 'ENOENT', 'EISDIR', 'ENOTDIR', 'ENOMEM', 'EPERM', 'ENAMETOOLONG', 'ESRCH'],
  open: [
    ...['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EINVAL', 'EOPNOTSUPP', 'EISDIR', 'EACCES', 'EMFILE', 'ENXIO'],
  ],
  close: ['EBADF'],
  read: ['EBADF', 'EINVAL', 'EISDIR', 'EAGAIN', 'EIO'],
  readLine: ['EBADF'],
  write: ['EBADF'],
  dup: ['EBADF', 'EMFILE'],
  dup2: ['EBADF'],
  fcntl: ['EBADF', 'EINVAL', 'EMFILE', 'ENOTTY'],
  ioctl: ['EBADF', 'ENOTTY', 'EINVAL', 'EPERM', 'EIO', 'EACCES'],
  chdir: ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'],
  chroot: ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EPERM'],
};
