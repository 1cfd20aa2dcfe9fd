internal import CCurl
internal import HTTPMessages

/// libcurl's handle of one transfer, for one thread. What it cannot be told is `notReachable`: then
/// memory is missing, or the libcurl of this machine is older than 7.85.
@safe struct EasyHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private var fields: UnsafeMutablePointer<curl_slist>?

    private static let isStarted = ntf_curl_start() == CURLE_OK

    /// Starts libcurl when it is the first.
    init() throws(HTTPError) {
        // SAFETY: the handle is ours until deinit.
        guard EasyHandle.isStarted, ntf_curl_block_sigpipe() == 0,
            let new = unsafe curl_easy_init()
        else { throw .notReachable }
        unsafe handle = new
    }

    deinit {
        // SAFETY: both are ours; the handle knows the list and goes first. Nil is a list too.
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(fields)
    }

    /// Everything that is asked for and forbidden, nothing of it left to libcurl's defaults.
    mutating func prepare(_ request: Request) throws(HTTPError) {
        let numbers: [(CURLoption, Int)] = [
            // Time-outs of a name's resolution must not come as a signal: there are other threads.
            (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_TIMEOUT_MS, request.milliseconds),
            (CURLOPT_CONNECTTIMEOUT_MS, request.milliseconds),
            (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_HTTPGET, 1),
            (CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1),
            (CURLOPT_HTTP09_ALLOWED, 0),
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_NETRC, 0),
            (CURLOPT_NOPROGRESS, 0),
            // A proxy's head is not the answer's.
            (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
        ]
        for (option, number) in numbers {
            // SAFETY: the handle is ours; each of these options takes a long.
            try check(unsafe ntf_curl_set_number(handle, option, number))
        }
        // SAFETY: the handle is ours; each text ends with a zero and is copied.
        try check(unsafe ntf_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"))
        try check(unsafe ntf_curl_set_text(handle, CURLOPT_URL, request.url))
        for field in request.fields {
            // SAFETY: the text is copied; the list stays what it was when nil comes back.
            guard let longer = unsafe curl_slist_append(fields, field) else { throw .notReachable }
            unsafe fields = longer
        }
        // SAFETY: the list lives as long as the handle.
        try check(unsafe ntf_curl_set_fields(handle, fields))
    }

    /// Runs the transfer on this thread, and `exchange` with it; libcurl's word on how it ended.
    func perform(_ exchange: Exchange) throws(HTTPError) -> CURLcode {
        // SAFETY: the exchange lives as long as its `run`; the handle goes before that returns.
        let pointer = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_XFERINFODATA] {
            try check(unsafe ntf_curl_set_pointer(handle, option, pointer))
        }
        try check(
            unsafe ntf_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { line, size, count, to in
                unsafe Exchange.receive(line, size, count, to) { exchange, line in
                    exchange.takeLine(line)
                }
            })
        try check(
            unsafe ntf_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, to in
                unsafe Exchange.receive(bytes, size, count, to) { exchange, portion in
                    exchange.takeBytes(portion)
                }
            })
        try check(
            unsafe ntf_curl_set_progress(handle) { one, _, _, _, _ in
                guard let one = unsafe one else { return 1 }
                // SAFETY: the pointer from above.
                return unsafe Unmanaged<Exchange>.fromOpaque(one).takeUnretainedValue().isWanted
                    ? 0 : 1
            })
        return withExtendedLifetime(exchange) { unsafe curl_easy_perform(handle) }
    }

    private func check(_ code: CURLcode) throws(HTTPError) {
        guard code == CURLE_OK else { throw .notReachable }
    }
}

extension Exchange {
    /// How many bytes were taken: all, or with less than all libcurl ends the transfer.
    fileprivate static func receive(
        _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
        _ exchange: UnsafeMutableRawPointer?, _ take: (Exchange, Span<UInt8>) -> Bool
    ) -> Int {
        guard let bytes = unsafe bytes, let exchange = unsafe exchange, size == 1, count > 0 else {
            return 0
        }
        // SAFETY: libcurl lends `count` bytes for this call, and the pointer `perform` gave it.
        let exchanged = unsafe Unmanaged<Exchange>.fromOpaque(exchange).takeUnretainedValue()
        let buffer = unsafe UnsafeBufferPointer(
            start: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: count)
        return take(exchanged, unsafe buffer.span) ? count : 0
    }
}
