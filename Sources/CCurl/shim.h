#pragma once
#include <curl/curl.h>
#include <signal.h>

/* curl_easy_setopt(3) is variadic, which Swift cannot call: one function per kind of argument. */
static inline CURLcode ntf_curl_set_number(CURL *handle, CURLoption option, long number)
{
    return curl_easy_setopt(handle, option, number);
}

/* The text is copied. */
static inline CURLcode ntf_curl_set_text(CURL *handle, CURLoption option, const char *text)
{
    return curl_easy_setopt(handle, option, text);
}

/* What the functions below are called with; it is not touched. */
static inline CURLcode ntf_curl_set_pointer(CURL *handle, CURLoption option, void *pointer)
{
    return curl_easy_setopt(handle, option, pointer);
}

/* The list is not copied and must outlive the transfer. */
static inline CURLcode ntf_curl_set_fields(CURL *handle, struct curl_slist *fields)
{
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, fields);
}

/* For lines of the head (CURLOPT_HEADERFUNCTION) and bytes of the body (CURLOPT_WRITEFUNCTION). */
static inline CURLcode ntf_curl_set_receiver(
    CURL *handle, CURLoption option, curl_write_callback receiver)
{
    return curl_easy_setopt(handle, option, receiver);
}

static inline CURLcode ntf_curl_set_progress(CURL *handle, curl_xferinfo_callback progress)
{
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
}

/* Once in a process, before all else. */
static inline CURLcode ntf_curl_start(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE to its caller, and it kills the process. A thread
   that blocks it gets EPIPE instead. Answers 0 when done. */
static inline int ntf_curl_block_sigpipe(void)
{
    sigset_t signals;
    if (sigemptyset(&signals) != 0 || sigaddset(&signals, SIGPIPE) != 0) return -1;
    return pthread_sigmask(SIG_BLOCK, &signals, NULL);
}
